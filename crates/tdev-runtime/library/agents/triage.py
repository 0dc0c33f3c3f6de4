"""Triages feedback: what it is about, how it is meant, how soon it needs an answer."""

import re

from tdev import ToolError, agent, call_tool

# Beginnings of words, by language; `$` ends a whole word, `?` joins words that others may part.
TOPICS = {
    "billing": {
        "en": "invoice bill$ bills$ billing billed charge$ charges$ charged refund payment paid$ overcharg subscription receipt",
        "fr": "factur rembours paiement payé débit abonnement", "de": "rechnung erstatt zahlung bezahlt abgebucht gutschrift",
        "es": "factura reembols pago cobr cargo suscripción", "it": "fattur rimbors pagament addebit abbonament",
        "ja": "請求 返金 支払 領収書",
    },
    "delivery": {
        "en": "deliver shipping shipment shipped parcel package arrived courier tracking",
        "fr": "livrais livré colis expédi arrivé", "de": "liefer versand paket zustell angekommen",
        "es": "entrega envío paquete embalaje llegó", "it": "consegn spedizion pacco corriere arrivat", "ja": "配送 配達 届 荷物",
    },
    "defect": {
        "en": "broken broke defect damag squeak crack faulty stopped crash error bug$ bugs$ buggy doesn't?work leak dry?out dried?out scratch",
        "fr": "cassé défectu endommag abîm panne bogue", "de": "kaputt defekt beschädigt zerbroch fehler passt?nicht quietsch",
        "es": "roto rota defect dañad avería fallo error", "it": "rotto rotta difett dannegg guast errore", "ja": "壊れ 故障 不良 破損 傷",
    },
    "service": {
        "en": "support service staff helpdesk answer reply replied rude crew waited unhelpful",
        "fr": "service répond accueil équipe attente assistance", "de": "service kundendienst mitarbeiter antwort beratung wartet wartezeit",
        "es": "atención servicio responde personal espera", "it": "servizio assistenza risponde personale attesa", "ja": "対応 サポート 接客 返事",
    },
    "request": {
        "en": "please?add could?you?add feature suggestion suggest wish would?be?nice would?like missing?option",
        "fr": "serait?bien suggestion souhait ajouter", "de": "wünsche wäre?schön vorschlag bitte?ergänz",
        "es": "sugerencia me?gustaría añadir", "it": "suggeriment vorrei aggiungere", "ja": "要望 追加し てほしい",
    },
    "product": {
        "en": "quality product design comfortable easy?to material size colour color price$ prices$ chair lamp desk$ cable",
        "fr": "qualité produit solide prix taille", "de": "qualität produkt material preis größe lampe", "es": "calidad producto precio tamaño",
        "it": "qualità prodotto prezzo materiale", "ja": "品質 商品 製品 価格 使いやす 椅子",
    },
}  # fmt: skip
GOOD = {
    "en": "good$ great excellent wonderful love perfect thank happy easy$ easily fair$ fine$ fast$ faster friendly recommend amazing best$ early",
    "fr": "bon$ bonne bien$ excellent magnifique merci parfait rapide ravi super", "de": "gut$ gute schön toll hervorragend danke schnell freundlich zufrieden perfekt",
    "es": "excelent buen bueno gracias perfect volveremos rápid correcto encant", "it": "ottim buon bello bella grazie perfett rapid eccellent veloc",
    "ja": "良い いい 助か とても満足 素晴らし ありがとう 使いやす 便利",
}  # fmt: skip
BAD = {
    "en": "terrible bad$ badly awful horrible disappoint angry worst poor slow late$ too?late broken never damag unacceptable useless wrong twice squeak faulty defect rude crash",
    "fr": "cassé mauvais déçu horrible lent$ lente retard personne?ne inacceptable jamais nul$ nulle endommag", "de": "falsch schlecht enttäuscht kaputt langsam zu?spät verspät furchtbar nie$ niemand defekt passt?nicht beschädigt",
    "es": "mal$ malo mala$ roto$ rota$ dañad tarde decepcion horrible nunca lento pésim", "it": "male$ pessim rotto lento lenta ritardo delus orribil mai$ difett",
    "ja": "悪い 遅い 壊れ 残念 ひどい 不満 不良 困",
}  # fmt: skip
URGENT = {
    "en": "urgent immediately asap emergency danger injur unsafe fire$ hazard smok lawyer legal?action police fraud breach hacked",
    "fr": "urgent immédiatement danger bless avocat fraude incendie", "de": "dringend sofort gefahr$ gefährlich verletz anwalt betrug brand$",
    "es": "urgent inmediatamente peligr herid abogad fraude incendio", "it": "urgent subito pericol ferit avvocato frode incendio",
    "ja": "至急 緊急 危険 けが 弁護士 詐欺 火事",
}  # fmt: skip
NEGATION = r"(?:\b(?:not|no|never|\w+n't|nicht|kein\w*|pas|non|no|sin|senza)\s+(?:\w+\s+){0,1})"


@agent(
    name="TriageAgent",
    description=(
        "Triages customer feedback or a support message: decides its category, sentiment and "
        "priority, and whether a person must read it, with the rules that led there."
    ),
    input={"text": "string", "rating": "number?"},
    output={
        "category": {"type": "string", "enum": ["billing", "delivery", "defect", "service", "request", "product", "other"]},
        "sentiment": {"type": "string", "enum": ["negative", "neutral", "positive"]},
        "priority": {"type": "string", "enum": ["urgent", "high", "normal", "low"]},
        "needs_human": "boolean",
        "reasons": "string[]",
    },
    tools=["LanguageDetectorTool"],
    tags=["triage", "feedback", "ticket", "priority", "sentiment", "category", "support"],
)
class TriageAgent:
    """Decides what a message is about and how soon it needs an answer, by rules it states.

    The policy: its language says which word lists apply (English, French, German, Spanish,
    Italian, Japanese; all of them where the language cannot be told). The topic with most matches
    wins; ties go to the one whose neglect costs most, in the order billing, defect, delivery,
    service, request, product. A rating from 1 to 5 outweighs words: up to 2 is negative, from 4 on
    positive. Urgent words make it urgent unless it is praise; negative messages are high, positive
    ones low. A message no rule understands goes to a person, never into a guessed category.
    """

    def run(self, text: str, rating: float | None = None) -> dict:
        if not text.strip():
            raise ToolError("InvalidInput", "the text is empty")
        if rating is not None and not 1 <= rating <= 5:
            raise ToolError("InvalidInput", f"a rating is from 1 to 5, not {rating}")
        lower = text.lower().replace("’", "'")
        languages, reasons = tongues(text)
        topics = {topic: found(words, languages, lower) for topic, words in TOPICS.items()}
        order = ("billing", "defect", "delivery", "service", "request", "product")
        category = max(order, key=lambda topic: (len(topics[topic]), -order.index(topic)))
        if topics[category]:
            reasons.append(f"{category}: mentions {', '.join(topics[category][:4])}")
        else:
            category = "other"
        sentiment, why = mood(lower, languages, rating)
        reasons += why
        alarms = found(URGENT, languages, lower)
        if alarms and sentiment != "positive":
            priority = "urgent"
            reasons.append(f"urgent: mentions {', '.join(alarms)}")
        else:
            priority = {"negative": "high", "positive": "low"}.get(sentiment, "normal")
        unclear = category == "other" and sentiment == "neutral"
        if unclear:
            reasons.append("no rule understands it, so a person must read it")
        return {
            "category": category,
            "sentiment": sentiment,
            "priority": priority,
            "needs_human": unclear or priority == "urgent" or category == "other" and sentiment == "negative",
            "reasons": reasons,
        }


def tongues(text: str) -> tuple[list[str], list[str]]:
    """The languages whose words apply, and what to say of it."""
    known = list(GOOD)
    try:
        told = call_tool("LanguageDetectorTool", text=text)
    except ToolError as error:
        if error.code not in ("InvalidInput", "SchemaMismatch"):
            raise
        return known, []
    if told["reliable"] and told["language"] not in known:
        return [], [f"written in {told['name']}, for which there are no rules"]
    return ([told["language"]] if told["reliable"] else known), []


def found(words: dict[str, str], languages: list[str], text: str) -> list[str]:
    """The words of a list that occur in a text, each as it stands there."""
    hits = []
    for language in languages:
        for word in words.get(language, "").split():
            pattern = re.escape(word.rstrip("$")).replace(r"\?", r"\W+(?:\w+\W+)?")
            ending = "" if language == "ja" else r"\b" if word.endswith("$") else r"\w*"
            match = re.search(("" if language == "ja" else r"\b") + pattern + ending, text)
            if match and match.group() not in hits:
                hits.append(match.group())
    return hits


def mood(text: str, languages: list[str], rating: float | None) -> tuple[str, list[str]]:
    if rating is not None:
        sentiment = "negative" if rating <= 2 else "positive" if rating >= 4 else "neutral"
        return sentiment, [f"{sentiment}: rated {rating:g} of 5"]
    good, bad = found(GOOD, languages, text), found(BAD, languages, text)
    good, ungood = parted(good, text)
    bad, unbad = parted(bad, text)
    good, bad = good + unbad, bad + ungood
    if len(bad) > len(good) or (bad and len(bad) == len(good)):
        return "negative", [f"negative: says {', '.join(bad[:4])}"]
    if good:
        return "positive", [f"positive: says {', '.join(good[:4])}"]
    return "neutral", []


def parted(words: list[str], text: str) -> tuple[list[str], list[str]]:
    """The words that are meant, and those that are denied: `not good`."""
    denied = [word for word in words if re.search(NEGATION + re.escape(word), text)]
    return [word for word in words if word not in denied], [f"not {word}" for word in denied]
