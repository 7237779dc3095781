import os
from decimal import Decimal

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def add(connection_id, name, connected_at):
    table.put_item(Item={"connectionId": connection_id, "name": name, "connectedAt": Decimal(connected_at)})


def remove(connection_id):
    table.delete_item(Key={"connectionId": connection_id})


def find(connection_id):
    return table.get_item(Key={"connectionId": connection_id}).get("Item")


def all_of_them():
    return table.scan(ConsistentRead=True)["Items"]
