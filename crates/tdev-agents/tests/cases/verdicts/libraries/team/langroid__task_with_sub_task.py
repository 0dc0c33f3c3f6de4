import langroid as lr
import langroid.language_models as lm

config = lr.ChatAgentConfig(llm=lm.OpenAIGPTConfig(chat_model="gpt-4o"))
student = lr.ChatAgent(config)
student_task = lr.Task(student, name="Student", system_message="Ask your teacher.")
teacher = lr.ChatAgent(config)
teacher_task = lr.Task(teacher, name="Teacher", system_message="Answer concisely.", single_round=True)
student_task.add_sub_task(teacher_task)


def run(question: str):
    return student_task.run(question)
