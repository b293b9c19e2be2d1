"""The JSON API of other programs, /api/v1: keys with scopes, each wish once, problems as problem+json, pages by cursor.

caller   who asks and what they may do                 answering  how answers and problems look
clients sessions money claims tasks practice           the resources
document  openapi.json, and the page that reads it     unknown    every other address
hooks     what the card gateway sends, beside the API
"""
