# result: null
# log: stderr: WARNING:root:careful
import logging

logging.basicConfig()


def run():
    logging.warning("careful")
