import logging

from chat import connections

logging.getLogger().setLevel(logging.INFO)


def handler(event, context):
    name = (event.get("queryStringParameters") or {}).get("name")
    if not name:
        return {"statusCode": 400, "body": "name is missing"}
    request = event["requestContext"]
    connections.add(request["connectionId"], name, request["connectedAt"])
    logging.info("%s has connected", name)
    return {"statusCode": 200}
