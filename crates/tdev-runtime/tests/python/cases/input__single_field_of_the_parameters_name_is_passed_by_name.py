# input: {"input": "image.png"}
# result: "image.png"
def run(input):
    return input
