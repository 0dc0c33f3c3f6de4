from mindkit import Operative, Formation

reader = Operative(llm="gpt-4o", system_prompt="You read.")
writer = Operative(llm="gpt-4o", system_prompt="You write.")
formation = Formation([reader, writer])
formation.start("A summary of the book")
