import requests


class WeatherAgent:
    """Fetches the forecast and words it."""

    ENDPOINT = "https://api.open-meteo.com/v1/forecast"

    def __init__(self, session=None):
        self.session = session or requests.Session()

    def run(self, latitude: float, longitude: float) -> dict:
        answer = self.session.get(self.ENDPOINT, params={
            "latitude": latitude, "longitude": longitude, "current_weather": True,
        }, timeout=10)
        answer.raise_for_status()
        now = answer.json()["current_weather"]
        advice = "take a coat" if now["temperature"] < 12 else "no coat needed"
        return {"temperature": now["temperature"], "advice": advice}
