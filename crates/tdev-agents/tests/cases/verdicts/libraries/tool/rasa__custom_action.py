from typing import Any, Dict, List, Text

import requests
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher


class ActionOpeningHours(Action):
    def name(self) -> Text:
        return "action_opening_hours"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[Text, Any]) -> List[Dict]:
        shop = tracker.get_slot("shop")
        hours = requests.get(f"https://shops.example/{shop}/hours", timeout=5).json()
        dispatcher.utter_message(text=f"{shop} is open {hours['from']}-{hours['to']}")
        return []
