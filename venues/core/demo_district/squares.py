"""The blocks that are not cut into equal plots: the squares, and what stands round them."""

from collections.abc import Mapping

from venues.core.demo_district.blocks import ARCADE, cut_block
from venues.core.demo_district.ground import Ground
from venues.core.demo_district.names import labels
from venues.core.demo_district.rect import Rect, without
from venues.core.demo_district.sheet import Sheet
from venues.core.demo_district.station_plan import EXIT_5, MAIN_PAVILION
from venues.core.imdf.features import FeatureType, Labels

PALMS = labels("Palm bed", "حوض نخيل", "Massif de palmiers")
BARAHAT = labels("Barahat Msheireb", "براحة مشيرب", "Place Barahat Msheireb")
STATION_SQUARE = labels("Msheireb Station Square", "ساحة محطة مشيرب", "Place de la station Msheireb")
NAKHEEL = labels("Sahat Al Nakheel", "ساحة النخيل", "Place Sahat Al Nakheel")
MASJID = labels("Sahat Al Masjid", "ساحة المسجد", "Place Sahat Al Masjid")
AL_BARAHA = labels("Al Baraha", "البراحة", "Place Al Baraha")
PRAYER_GROUND = labels("Msheireb Prayer Ground", "مصلى مشيرب", "Esplanade de prière de Msheireb")

Plots = Mapping[str, Rect]
"""The plots that a square leaves, by the key of the building that stands there."""


def station_square(ground: Ground) -> Plots:
    """Lay out the square round the two pavilions of the station; offices stand to its north."""
    square = without(Rect(-146, -290, -50, -240).polygon, [MAIN_PAVILION.polygon, EXIT_5.polygon])
    ground.put("station-square", square, STATION_SQUARE)
    north = cut_block(
        "station-north", Rect(-146, -240, -50, -190), [1, 1], [1],
        lane=labels("Sikkat Al Mahatta", "سكة المحطة", "Sikkat Al Mahatta"), arcades="s",
    )  # fmt: skip
    ground.put_all(north.ground)
    return {"business-centre": north.plots[0], "residence-station": north.plots[1]}


def barahat(ground: Ground) -> Plots:
    """Lay out Barahat Msheireb: 100 m by 70 m under its cooled roof, arcades on three sides, the hotel to the south."""
    ground.put("barahat", Rect(-29, -140, 71, -70).polygon, BARAHAT, covered=True, cooled=True)
    for key, rect in (
        ("barahat/arcade-w", Rect(-34, -140, -29, -70)),
        ("barahat/arcade-e", Rect(71, -140, 76, -70)),
        ("barahat/arcade-s", Rect(-34, -145, 76, -140)),
    ):
        ground.put(key, rect.polygon, ARCADE, covered=True, cooled=True)
    lane = Rect(42, -178, 48, -145)
    ground.put(
        "barahat/lane", lane.polygon, labels("Sikkat Al Baraha", "سكة البراحة", "Sikkat Al Baraha"), covered=True
    )
    return {"mandarin-oriental": Rect(-34, -178, 42, -145), "residence-barahat": Rect(48, -178, 76, -145)}


def nakheel(ground: Ground) -> Plots:
    """Lay out Sahat Al Nakheel with its palms; the Alwadi hotel looks on to it."""
    beds = [Rect(x, -34, x + 8, -26) for x in (-250, -228, -206, -184)]
    square = without(Rect(-266, -54, -160, -10).polygon, [bed.polygon for bed in beds])
    ground.put("nakheel", square, NAKHEEL)
    ground.plant("nakheel/palms", beds, PALMS)
    north = cut_block(
        "nakheel-north", Rect(-266, -10, -160, 40), [3, 2], [1],
        lane=labels("Sikkat Al Waha", "سكة الواحة", "Sikkat Al Waha"), arcades="s",
    )  # fmt: skip
    ground.put_all(north.ground)
    return {"alwadi": north.plots[0], "residence-nakheel": north.plots[1]}


def masjid(ground: Ground) -> Plots:
    """Lay out Sahat Al Masjid: steps and a ramp lead up to the mosque's forecourt, Park Hyatt stands opposite."""
    ground.put("masjid", Rect(90, -132, 176, -109).polygon, MASJID)
    ground.put("masjid/arcade-s", Rect(90, -136, 176, -132).polygon, ARCADE, covered=True)
    for key, rect in (("w", Rect(90, -109, 98, -70)), ("e", Rect(168, -109, 176, -70))):
        ground.put(f"masjid/lane-{key}", rect.polygon, labels("Sikkat Al Jami", "سكة الجامع", "Sikkat Al Jami"))
    ground.plant("masjid/hedge", [Rect(98, -109, 100, -70), Rect(166, -109, 168, -70)], PALMS)
    ground.put("masjid/forecourt", Rect(100, -106, 166, -104).polygon, labels("Forecourt", "فناء المسجد", "Parvis"))
    ground.put(
        "masjid/steps", Rect(100, -109, 158, -106).polygon, labels("Steps", "درجات", "Marches"), category="steps"
    )
    ground.put(
        "masjid/ramp", Rect(158, -109, 166, -106).polygon, labels("Ramp", "منحدر", "Rampe"), category="ramp",
        accessibility=("wheelchair",),
    )  # fmt: skip
    return {"friday-mosque": Rect(100, -104, 166, -70), "park-hyatt": Rect(90, -178, 176, -136)}


def al_baraha(ground: Ground) -> Plots:
    """Lay out the square Al Baraha; the cultural forum stands to its west."""
    beds = [Rect(46, y, 56, y + 10) for y in (64, 90, 116)]
    square = without(Rect(26, 52, 76, 140).polygon, [bed.polygon for bed in beds])
    ground.put("al-baraha", square, AL_BARAHA)
    ground.plant("al-baraha/palms", beds, PALMS)
    ground.put("al-baraha/arcade-w", Rect(21, 52, 26, 140).polygon, ARCADE, covered=True)
    ground.put(
        "al-baraha/lane",
        Rect(-34, 104, 21, 109).polygon,
        labels("Sikkat Al Muntada", "سكة المنتدى", "Sikkat Al Muntada"),
    )
    return {"forum": Rect(-34, 52, 21, 104), "residence-baraha": Rect(-34, 109, 21, 140)}


def prayer_ground(ground: Ground) -> Plots:
    """Lay out the open ground where the Eid prayers are held, with shade along its west side."""
    arcade = Rect(188, 52, 193, 140)
    ground.put("prayer-ground/arcade-w", arcade.polygon, ARCADE, covered=True)
    ground.put("prayer-ground", Rect(193, 52, 266, 140).polygon, PRAYER_GROUND)
    return {}


def heritage_section(sheet: Sheet, ground: Ground, rect: Rect) -> None:
    """Draw the section that welcomes visitors: the lanes between the four houses, and the houses' ground."""
    name: Labels = labels("Heritage Quarter", "الحي التراثي", "Quartier du patrimoine")
    sheet.add(
        FeatureType.SECTION, "heritage-quarter", rect.polygon,
        category="exhibit", restriction=None, accessibility=None, name=name,
        alt_name=labels("Msheireb Museums", "متاحف مشيرب", "Musées de Msheireb"),
        display_point=None, level_id=str(ground.storey.id), address_id=None, correlation_id=None, parents=None,
    )  # fmt: skip
