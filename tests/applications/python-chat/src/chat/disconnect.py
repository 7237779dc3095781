from chat import connections


def handler(event, context):
    connections.remove(event["requestContext"]["connectionId"])
    return {"statusCode": 200}
