import pykka


class StockAgent(pykka.ThreadingActor):
    def __init__(self, stock):
        super().__init__()
        self.stock = stock

    def take(self, item, amount):
        if self.stock.get(item, 0) < amount:
            return False
        self.stock[item] -= amount
        return True


class OrderAgent(pykka.ThreadingActor):
    def __init__(self, warehouse):
        super().__init__()
        self.warehouse = warehouse

    def order(self, item, amount):
        return "sent" if self.warehouse.take(item, amount).get() else "back-ordered"


def run(orders):
    warehouse = StockAgent.start({"bolt": 100, "nut": 40}).proxy()
    desk = OrderAgent.start(warehouse).proxy()
    answers = [desk.order(item, amount).get() for item, amount in orders]
    pykka.ActorRegistry.stop_all()
    return answers
