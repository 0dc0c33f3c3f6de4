"""What to do about a reason CloudFormation gives for a failure."""

# What the reason says, and what helps; the first that fits.
KNOWN = [
    (
        ("not authorized", "AccessDenied", "is not allowed to", "explicit deny"),
        "the credentials may not do this: deploy as a role that may (infra/README.md, the first deployment)",
    ),
    (
        ("UnreservedConcurrentExecution", "unreserved account concurrency"),
        "the account has too little concurrency to keep some: set ApiConcurrency, AgentConcurrency and "
        "ComponentConcurrency to 0 in infra/parameters, or ask AWS for more",
    ),
    (
        ("already exists", "AlreadyExists", "BucketAlreadyOwnedByYou", "ResourceInUse"),
        "something of that name is there that is not this stack's: remove it, `make destroy PURGE=1` where an "
        "earlier stack left it",
    ),
    (
        ("TooManyPolicies", "LimitExceeded", "Limit Exceeded", "quota", "Maximum number"),
        "a quota of the account is reached: ask AWS for more under Service Quotas",
    ),
    (
        ("KMSInvalidState", "KMSKeyNotAccessible", "KmsAccessDenied", "key policy", "AccessDeniedException (KMS"),
        "the key cannot be used: give it the policy of infra/key-policy.json",
    ),
    (
        ("S3 Error Code: NoSuchKey", "NoSuchKey", "object not found", "PermanentRedirect"),
        "the code is not where the template looks: deploy again, which uploads it",
    ),
    (
        ("Throttling", "Rate exceeded", "TooManyRequests", "ServiceUnavailable", "Internal Failure"),
        "AWS had no time: deploy again, which goes on from here",
    ),
    (
        ("assertion", "Rule ", "AssertDescription"),
        "the parameters contradict each other: see Rules in infra/template.yaml",
    ),
    (
        ("must have values", "must match pattern", "must contain", "do not exist in the template"),
        "a parameter is missing or wrong: see Parameters in infra/template.yaml",
    ),
]


def advice(reason):
    """A sentence that says what helps."""
    for marks, what in KNOWN:
        if any(mark.lower() in reason.lower() for mark in marks):
            return f"what helps: {what}"
    return "what helps: read the reason above; nothing about it is written down here yet"
