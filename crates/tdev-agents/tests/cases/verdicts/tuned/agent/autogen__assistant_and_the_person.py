import autogen

config = {"config_list": [{"model": "gpt-4"}]}
assistant = autogen.AssistantAgent("assistant", llm_config=config)
person = autogen.UserProxyAgent("person", code_execution_config={"work_dir": "coding"})
person.initiate_chat(assistant, message="Plot the price of gold this year.")
