import asyncio
import json
import os

import websockets

URL = "wss://api.openai.com/v1/realtime?model=gpt-4o-realtime-preview"


async def converse(microphone, speaker, lights):
    headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    async with websockets.connect(URL, additional_headers=headers) as socket:
        await socket.send(json.dumps({
            "type": "session.update",
            "session": {"instructions": "You look after the house.", "tools": [lights.schema]},
        }))
        asyncio.create_task(microphone.pump(socket))
        async for raw in socket:
            event = json.loads(raw)
            if event["type"] == "response.audio.delta":
                speaker.play(event["delta"])
            elif event["type"] == "response.function_call_arguments.done":
                result = lights.set(**json.loads(event["arguments"]))
                await socket.send(json.dumps({"type": "conversation.item.create", "item": result}))
