from haystack import component


@component
class Deduplicate:
    """Keeps the first of equal documents before the agent reads them."""

    @component.output_types(documents=list)
    def run(self, documents: list) -> dict:
        seen, kept = set(), []
        for document in documents:
            if document.id not in seen:
                seen.add(document.id)
                kept.append(document)
        return {"documents": kept}
