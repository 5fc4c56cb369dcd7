"""How fast events get in: from Python beside raw psycopg, over HTTP beside an empty view and REST framework's way."""
