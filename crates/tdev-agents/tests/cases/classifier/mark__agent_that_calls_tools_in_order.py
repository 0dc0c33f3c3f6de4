from tdev import agent, call_tool


@agent(description="Finds the user behind a QR image", tools=["QrReaderTool"], tags=["qr"])
class FindUserAgent:
    def run(self, image: str) -> dict:
        code = call_tool("QrReaderTool", image=image)
        return call_tool("UserLookupTool", id=code["text"])
