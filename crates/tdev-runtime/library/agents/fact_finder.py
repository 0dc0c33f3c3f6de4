"""Finds the sentences of a text that answer a question."""

import math
import re

from tdev import ToolError, agent, call_tool

# How a question opens, what its answer must then hold, and what to call that.
EXPECTED = (
    (r"how (many|much|long|old|far|often)|combien|wie ?(viel|lange|oft)|cuánt|quant[oaie]\b|いくつ|いくら|何人",
     r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|half)\b|cent|mille|aine\b|hundert|tausend|cien|mil\b|[一二三四五六七八九十百千]", "a number"),
    (r"\b(when|what year)\b|quand|\bwann\b|cuándo|\bquando\b|いつ",
     r"\d{1,2}[:.]\d{2}|\d{4}|\b(january|february|march|april|may|june|july|august|september|october|november|december|(mon|tues|wednes|thurs|fri|satur|sun)day|spring|summer|autumn|winter|year|month|week|morning|evening)s?\b|janvier|samedi|januar|jahr|martes|año|otoño|[年月日]", "a time"),
    (r"\bwho\b|\bqui\b|\bwer\b|quién|\bchi\b|誰",
     r"(?<=\s)[A-ZÀ-Ý][\w'’-]+|\b(people|town|council|team|company)\b|人", "somebody"),
    (r"\bwhy\b|pourquoi|warum|por qué|perché|なぜ|どうして",
     r"\b(because|since|due to|so that|reason)\b|parce que|\bcar\b|weil|porque|perché|ため|から", "a reason"),
)  # fmt: skip
LEAST = 0.5


@agent(
    name="FactFinderAgent",
    description=(
        "Answers a question from a text by finding the sentences that hold the answer, or says that "
        "the text does not hold it."
    ),
    input={"question": "string", "text": "string"},
    output={
        "answer": "string",
        "found": "boolean",
        "confidence": "number",
        "sentences": "string[]",
        "reason": "string",
    },
    tools=["KeywordExtractorTool"],
    tags=["question", "answer", "fact", "search", "text"],
)
class FactFinderAgent:
    """Decides whether a text answers a question, and by which sentences. It quotes, never writes.

    The policy: a sentence scores by the share of the question's telling words in it, rare ones
    counting more, and a little by those in the sentence before. What the question asks for (a
    number, a time, somebody, a reason) raises a sentence that holds one and lowers one that does
    not. Under half of the possible score, the honest answer is that the text does not say.
    """

    def run(self, question: str, text: str) -> dict:
        if not question.strip():
            raise ToolError("InvalidInput", "the question is empty")
        words = call_tool("KeywordExtractorTool", text=question, limit=12)["keywords"]
        words = list(dict.fromkeys(word for phrase in words for word in phrase.split() if not asks(word)))
        words.sort(key=question.lower().find)
        if not words:
            raise ToolError("InvalidInput", "the question has no telling words to look for")
        sentences = split(text)
        held = [{word for word in words if holds(sentence, word)} for sentence in sentences]
        weights = {word: weight(sum(word in hits for hits in held), len(sentences)) for word in words}
        pattern, wanted = expected(question)
        scores = []
        for at, (sentence, hits) in enumerate(zip(sentences, held)):
            score = share(hits, weights)
            if at and hits:
                score += 0.3 * share(held[at - 1] - hits, weights)
            if pattern:
                score *= 1.2 if pattern.search(sentence) else 0.7
            scores.append(min(score, 1.0))
        best = sorted(range(len(sentences)), key=lambda at: (-scores[at], at))[:3]
        best = [at for at in best if scores[at] >= LEAST and scores[at] >= 0.6 * scores[best[0]]]
        if not best:
            missing = [word for word in words if not any(word in hits for hits in held)]
            lacking = f": it does not mention {', '.join(missing)}" if missing else ""
            return answer("", 0, [], f"no sentence of the text answers this{lacking}")
        top = best[0]
        reason = f"it mentions {', '.join(sorted(held[top], key=words.index))}"
        if pattern and pattern.search(sentences[top]):
            reason += f" and holds {wanted}, which the question asks for"
        return answer(sentences[top], scores[top], [sentences[at] for at in best], reason)


def answer(sentence: str, confidence: float, sentences: list[str], reason: str) -> dict:
    return {
        "answer": sentence,
        "found": bool(sentence),
        "confidence": round(confidence, 2),
        "sentences": sentences,
        "reason": reason,
    }


def split(text: str) -> list[str]:
    parts = re.split(r"\n+|(?<=[.!?])[\"”’»)]*\s+(?=[\"“‘«(]*[^\sa-z])|(?<=[。！？])", text)
    return [part.strip() for part in parts if part and part.strip() and not part.startswith("#")]


def holds(sentence: str, word: str) -> bool:
    if not word.isascii() and not re.match(r"[a-zà-ÿ]", word):
        return word in sentence  # a script that writes no spaces
    return any(same(word, other) for other in re.findall(r"[^\W_]+", sentence.lower()))


def same(a: str, b: str) -> bool:
    """Whether two words differ by an ending at most: `panel` and `panels`, `build` and `building`."""
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    shared = next((at for at, (x, y) in enumerate(zip(short, long)) if x != y), len(short))
    return shared >= max(4, len(short) - 2) and len(long) - shared <= 3


def weight(occurrences: int, sentences: int) -> float:
    return math.log(1 + (sentences + 1) / (occurrences + 0.5))


def share(hits: set[str], weights: dict[str, float]) -> float:
    return sum(weights[word] for word in hits) / sum(weights.values())


def asks(word: str) -> bool:
    """Whether a word only opens a question, as `combien` does."""
    return any(re.fullmatch(opening, word) for opening, _, _ in EXPECTED)


def expected(question: str) -> tuple[re.Pattern | None, str]:
    for opening, evidence, wanted in EXPECTED:
        if re.search(opening, question, re.IGNORECASE):
            # Names are told by their capitals, everything else regardless of them.
            return re.compile(evidence, 0 if wanted == "somebody" else re.IGNORECASE), wanted
    return None, ""
