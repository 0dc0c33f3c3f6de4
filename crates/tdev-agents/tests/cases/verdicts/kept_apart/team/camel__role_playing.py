from camel.societies import RolePlaying

session = RolePlaying(
    assistant_role_name="Python Programmer",
    user_role_name="Stock Trader",
    task_prompt="Develop a trading bot",
    with_task_specify=True,
)
message = session.init_chat()
for _ in range(10):
    assistant, user = session.step(message)
    if assistant.terminated or user.terminated:
        break
    message = assistant.msg
