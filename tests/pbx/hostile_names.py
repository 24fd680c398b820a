"""What people who mean harm, or just have odd phones, send as their name."""

HOSTILE_NAMES = {
    "script": "<script>alert(1)</script>",
    "quotes": '"><img src=x onerror=alert(1)>',
    "backslash": "\\\\ O'Brien \\n \\",
    "right to left": "\u202eecila\u202c \u200b\u2066x\u2069",
    "emoji": "🎉" * 19 + "VIP",  # 79 bytes, as many as Asterisk keeps
    "sql": "Robert'); DROP TABLE customers;--",
    "unknown": "<unknown>",
}
