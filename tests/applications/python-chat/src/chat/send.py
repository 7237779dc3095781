import json

import boto3

from chat import connections


def handler(event, context):
    request = event["requestContext"]
    api = boto3.client(
        "apigatewaymanagementapi", endpoint_url=f"https://{request['domainName']}/{request['stage']}"
    )
    sender = connections.find(request["connectionId"])
    message = {"from": sender["name"], "text": json.loads(event["body"])["text"]}
    for connection in connections.all_of_them():
        try:
            api.post_to_connection(ConnectionId=connection["connectionId"], Data=json.dumps(message).encode())
        except api.exceptions.GoneException:
            connections.remove(connection["connectionId"])
    return {"statusCode": 200}
