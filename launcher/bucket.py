"""``python -m launcher.bucket``: makes the bucket and lets it keep versions.

With the root key, which the program itself never has.
"""

import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

OURS = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


def make(name: str, endpoint: str, key: str, secret: str) -> None:
    """Whatever is there already stays."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 5, "mode": "standard"}),
    )
    try:
        client.create_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in OURS:
            raise
    client.put_bucket_versioning(
        Bucket=name, VersioningConfiguration={"Status": "Enabled"}
    )
    found = client.get_bucket_versioning(Bucket=name).get("Status")
    if found != "Enabled":
        sys.exit(f"The bucket {name} keeps no versions: {found}.")


if __name__ == "__main__":
    make(
        os.environ["S3_BUCKET"],
        os.environ["S3_ENDPOINT_URL"],
        os.environ["S3_ROOT_ACCESS_KEY"],
        os.environ["S3_ROOT_SECRET_KEY"],
    )
