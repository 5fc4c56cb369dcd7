"""Names of objects that are no persons: what is called `name` or `state` in these is their own.

Only what can hardly hold a person's name directly, as an order, a payment or a record can: where in doubt, it is
personal.
"""

# No containers of whatever a record may be in, such as `fields`, `items`, `list`; no words for persons too, such as
# `host` and `agent`; nothing that is made about a person and called after them, such as `report`.
_WORDS = (
    # software and its making
    "app application artifact asset branch browser build class component connector container dependency deployment "
    "directory env environment error exception feature file filter folder forkee framework function gist hook image "
    "integration job label language library licence license manifest milestone module npm os package pipeline "
    "platform plugin process project registry release repo repository role rule run runner schema scope script "
    "secret service stage step suite tag task template theme thread tool topic webhook widget workflow workspace "
    # machines and networks
    "backup balancer bucket certificate cipher cluster column database datacenter disk droplet endpoint gateway "
    "hardware instance interface machine monitor mount namespace network node partition pod pool port printer protocol "
    "proxy queue region router sensor server shard snapshot ssid subnet switch tunnel vehicle volume vpc zone "
    # goods and prices
    "article brand catalog catalogue category coupon currency discount fee goods ingredient menu modifier nutrient "
    "plan price product promotion recipe size sku tax tier variant variation "
    # institutions and works
    "alarm album alert bank campaign channel company course court dashboard department episode equipment game "
    "institution league lesson metric movie organisation organization permission playlist room season serie "
    "site song space tournament videogame "
)
THINGS = frozenset(_WORDS.split())

OWN = frozenset({"name", "names", "fullname", "state"})
"""What a thing has of its own: personal anywhere else."""

_MEASURES = "price num count has is can should enable allow show hide send require requires max min remaining auto"
MEASURES = frozenset(_MEASURES.split())
"""First words of names that tell how much or whether, not who: `price_mobile`, `sendEmail`."""
