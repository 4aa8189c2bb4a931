"""Which IMDF category (OGC 20-094, Categories) an element of OpenStreetMap has, as tables of tags."""

from collections.abc import Mapping

from venues.core.osm.elements import Tags

NO_ENTRY = frozenset({"no", "private"})
STAFF_ROOMS = frozenset({"technical", "server", "utility", "staff", "storage"})

UNIT_BY_ROOM = {
    "auditorium": "auditorium", "class": "classroom", "classroom": "classroom", "lecture": "auditorium",
    "conference": "conferenceroom", "meeting": "conferenceroom", "kitchen": "kitchen", "laboratory": "laboratory",
    "library": "library", "lobby": "lobby", "entrance": "lobby", "hall": "lobby", "lounge": "lounge",
    "office": "office", "restaurant": "foodservice", "cafe": "foodservice", "canteen": "foodservice", "bar": "foodservice",
    "toilet": "restroom", "toilets": "restroom", "shower": "shower", "storage": "storage", "waiting": "waitingroom",
    "server": "serverroom", "technical": "nonpublic", "utility": "nonpublic", "staff": "nonpublic", "sport": "fitnessroom",
    "gym": "fitnessroom", "emergency": "room", "corridor": "walkway", "stairs": "stairs", "stairwell": "stairs",
    "elevator": "elevator", "fieldofplay": "fieldofplay", "theatre": "theater", "cinema": "movietheater",
}  # fmt: skip
UNIT_BY_AMENITY = {
    "toilets": "restroom", "restaurant": "foodservice", "fast_food": "foodservice", "cafe": "foodservice",
    "bar": "foodservice", "pub": "foodservice", "food_court": "foodservice", "ice_cream": "foodservice",
    "parking": "parking", "library": "library", "theatre": "theater", "cinema": "movietheater", "first_aid": "firstaid",
    "shower": "shower", "smoking_area": "smokingarea", "kitchen": "kitchen", "baby_hatch": "mothersroom",
}  # fmt: skip

AMENITY_BY_TAG: Mapping[str, str] = {
    "amenity=toilets": "restroom", "amenity=atm": "atm", "amenity=bank": "bank", "amenity=drinking_water": "drinkingfountain",
    "amenity=telephone": "phone", "amenity=bicycle_parking": "parking.bicycle", "amenity=parking": "parking",
    "amenity=place_of_worship": "prayerroom", "amenity=vending_machine": "vendingmachine", "amenity=police": "police",
    "amenity=locker": "storage", "amenity=luggage_locker": "coinlocker", "amenity=shower": "shower",
    "amenity=waiting_room": "waitingroom", "amenity=bench": "seating", "amenity=post_box": "mailbox",
    "amenity=first_aid": "firstaid", "amenity=car_rental": "carrental", "amenity=ticket_validator": "faregate",
    "amenity=charging_station": "powerchargingstation", "amenity=taxi": "taxi", "amenity=lost_property_office": "lostandfound",
    "emergency=defibrillator": "defibrillator", "emergency=fire_extinguisher": "fireextinguisher",
    "emergency=phone": "phone.emergency", "tourism=information": "information", "tourism=artwork": "exhibit",
    "shop=ticket": "ticketing", "railway=tram_stop": "rail.muni", "highway=bus_stop": "bus", "leisure=playground": "childplayarea",
}  # fmt: skip
"""Things that people look for by kind."""

OCCUPANT_KEYS = ("shop", "amenity", "tourism", "office", "healthcare", "leisure", "craft")
OCCUPANT_BY_TAG: Mapping[str, str] = {
    "amenity=restaurant": "restaurant", "amenity=fast_food": "fastfood", "amenity=cafe": "coffee", "amenity=bar": "bar",
    "amenity=pub": "bar", "amenity=pharmacy": "pharmacy", "amenity=bank": "bank", "amenity=post_office": "postoffice",
    "amenity=ice_cream": "icecream", "amenity=library": "library", "amenity=cinema": "movietheater",
    "amenity=theatre": "theater", "tourism=museum": "museum", "tourism=hotel": "hotel",
    "shop=bakery": "bakery", "shop=books": "books", "shop=supermarket": "grocery", "shop=clothes": "apparel",
    "shop=shoes": "shoes", "shop=jewelry": "jewelry", "shop=optician": "optician", "shop=toys": "toys",
    "shop=hairdresser": "hairsalon", "shop=travel_agency": "travelagency", "shop=sports": "sportinggoods",
    "shop=chemist": "drugstore", "shop=mobile_phone": "electronics", "shop=electronics": "electronics",
}  # fmt: skip
EMPTY_SHOPS = frozenset({"vacant", "no", "disused"})

VENUE_BY_TAG: Mapping[str, str] = {
    "shop=mall": "shoppingcenter", "building=train_station": "trainstation", "railway=station": "trainstation",
    "public_transport=station": "transitstation", "tourism=museum": "museum", "amenity=university": "university",
    "building=university": "university", "aeroway=terminal": "airport", "amenity=hospital": "healthcarefacility",
    "building=hospital": "healthcarefacility", "leisure=stadium": "stadium", "tourism=hotel": "hotel",
}  # fmt: skip
"""In the order of how much they say of the whole file."""


def unit_category(tags: Tags) -> str:
    """Return the category of a space.

    >>> unit_category({"indoor": "corridor"}), unit_category({"indoor": "room", "amenity": "toilets", "female": "yes"})
    ('walkway', 'restroom.female')
    """
    if is_lift(tags):
        return "elevator"
    if tags.get("highway") == "steps" and tags.get("conveying", "no") == "no":
        return "steps"
    if is_stairwell(tags):
        return "stairs"
    found = UNIT_BY_AMENITY.get(tags.get("amenity", "")) or UNIT_BY_ROOM.get(tags.get("room", ""))
    if found == "restroom":
        return _restroom(tags)
    if found is not None:
        return found
    if is_platform(tags):
        return "platform"
    if "office" in tags:
        return "office"
    return "walkway" if tags.get("indoor", "area" if "highway" in tags else "room") != "room" else "room"


def _restroom(tags: Tags) -> str:
    female, male = tags.get("female") == "yes", tags.get("male") == "yes"
    if tags.get("unisex") == "yes":
        return "restroom.unisex"
    if tags.get("wheelchair") == "designated":
        return "restroom.wheelchair"
    if female != male:
        return "restroom.female" if female else "restroom.male"
    return "restroom"


def is_lift(tags: Tags) -> bool:
    return (
        tags.get("highway") == "elevator"
        or tags.get("elevator") == "yes"
        or "elevator" in (tags.get("room"), tags.get("building:part"), tags.get("indoor"))
    )


def is_stairwell(tags: Tags) -> bool:
    return tags.get("stairs") == "yes" or tags.get("room") in ("stairs", "stairwell") or tags.get("stairwell") == "yes"


def is_platform(tags: Tags) -> bool:
    return "platform" in (tags.get("highway"), tags.get("railway"), tags.get("public_transport"))


def restriction_of(tags: Tags) -> str | None:
    """Return IMDF's restriction: closed to visitors, or None."""
    access = tags.get("foot") or tags.get("access")
    if access in NO_ENTRY:
        return "restricted"
    return "employeesonly" if access == "staff" or tags.get("room") in STAFF_ROOMS else None


def occupant_category(tags: Tags) -> str | None:
    """Return the category of who trades or serves there, or None where nobody does.

    >>> occupant_category({"shop": "books"}), occupant_category({"shop": "vacant"}), occupant_category({"amenity": "toilets"})
    ('books', None, None)
    """
    if tags.get("shop") in EMPTY_SHOPS:
        return None
    pairs = [f"{key}={tags[key]}" for key in OCCUPANT_KEYS if key in tags]
    for pair in pairs:
        if pair in OCCUPANT_BY_TAG:
            return OCCUPANT_BY_TAG[pair]
    if "shop" in tags:
        return "shopping"
    return None if not pairs or amenity_category(tags) or "parking" in tags.get("amenity", "") else "unspecified"


def amenity_category(tags: Tags) -> str | None:
    """Return the category of the amenity, or None where it is none that IMDF knows."""
    for key in ("amenity", "emergency", "tourism", "shop", "railway", "highway", "leisure"):
        if found := AMENITY_BY_TAG.get(f"{key}={tags.get(key)}"):
            return _restroom(tags) if found == "restroom" else found
    return None


def welcomes_visitors(tags: Tags) -> bool:
    """Return whether the tags of a room say that visitors go in: a shop, a restaurant, restrooms, an office."""
    if restriction_of(tags) or tags.get("shop") in EMPTY_SHOPS or tags.get("room") == "disused":
        return False
    return any(key in tags for key in OCCUPANT_KEYS) or tags.get("room") in ("shop", "restaurant", "toilets", "toilet")


def is_served(tags: Tags) -> bool:
    """Return whether somebody trades or serves there: a shop, a restaurant, an information desk."""
    return bool(occupant_category(tags) or amenity_category(tags)) or tags.get("public_transport") == "service_point"


def building_category(tags: Tags) -> str:
    """Return the category of a building."""
    by_building = {"parking": "parking", "train_station": "transit.train", "transportation": "transit"}
    return by_building.get(tags.get("building", ""), "unspecified")
