import autogen

config = {"config_list": [{"model": "gpt-4", "api_key": "x"}]}
user = autogen.UserProxyAgent(name="user", human_input_mode="NEVER", code_execution_config=False)
coder = autogen.AssistantAgent(name="coder", llm_config=config)
tester = autogen.AssistantAgent(name="tester", llm_config=config, system_message="You test code.")
chat = autogen.GroupChat(agents=[user, coder, tester], messages=[], max_round=12)
manager = autogen.GroupChatManager(groupchat=chat, llm_config=config)
user.initiate_chat(manager, message="Write a parser")
