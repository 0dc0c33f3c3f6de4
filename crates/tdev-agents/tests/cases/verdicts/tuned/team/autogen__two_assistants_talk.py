from autogen import ConversableAgent

cathy = ConversableAgent("cathy", system_message="You are a comedian.", llm_config={"model": "gpt-4"}, human_input_mode="NEVER")
joe = ConversableAgent("joe", system_message="You are another comedian.", llm_config={"model": "gpt-4"}, human_input_mode="NEVER")
result = joe.initiate_chat(cathy, message="Cathy, tell me a joke.", max_turns=2)
