from smolagents import Tool


class HFModelDownloadsTool(Tool):
    name = "model_download_counter"
    description = "Returns the most downloaded model of a task for an agent."
    inputs = {"task": {"type": "string", "description": "the task category"}}
    output_type = "string"

    def forward(self, task: str):
        from huggingface_hub import list_models

        return next(iter(list_models(filter=task, sort="downloads", direction=-1))).id
