"""Names and numbers as people of five countries have them."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Country:
    """`mobile` and `landline` draw the digits after the calling code `code`; `trunk` stands in front of them
    when dialled inside the country. `share` is how many of the customers live there."""

    language: str
    share: float
    code: str
    trunk: str
    mobile: Callable[[Random], str]
    landline: Callable[[Random], str]
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[tuple[str, str], ...]  # (a woman's, a man's)
    companies: tuple[str, ...]


def _same(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in names)


def _digits(random: Random, number: int) -> str:
    return "".join(random.choices("0123456789", k=number))


def _after(*prefixes: str, digits: int) -> Callable[[Random], str]:
    return lambda random: random.choice(prefixes) + random.choice("23456789") + _digits(random, digits - 1)


SLOVAKIA = Country(
    language="sk",
    share=0.5,
    code="421",
    trunk="0",
    mobile=_after("903", "905", "907", "908", "911", "915", "918", "940", "944", "948", digits=6),
    landline=_after("2", digits=8),
    women=(
        "Jana",
        "Mária",
        "Zuzana",
        "Katarína",
        "Lucia",
        "Eva",
        "Veronika",
        "Monika",
        "Martina",
        "Michaela",
        "Kristína",
        "Simona",
        "Barbora",
        "Tatiana",
        "Ivana",
        "Petra",
        "Nina",
        "Viera",
        "Daniela",
        "Ľubica",
    ),
    men=(
        "Ján",
        "Peter",
        "Martin",
        "Tomáš",
        "Michal",
        "Marek",
        "Juraj",
        "Lukáš",
        "Jozef",
        "Miroslav",
        "Andrej",
        "Róbert",
        "Ľuboš",
        "Štefan",
        "Pavol",
        "Matej",
        "Roman",
        "Dušan",
        "Vladimír",
        "Samuel",
    ),
    families=(
        ("Nováková", "Novák"),
        ("Horváthová", "Horváth"),
        ("Kováčová", "Kováč"),
        ("Vargová", "Varga"),
        ("Tóthová", "Tóth"),
        ("Nagyová", "Nagy"),
        ("Balážová", "Baláž"),
        ("Molnárová", "Molnár"),
        ("Szabová", "Szabó"),
        ("Hudáková", "Hudák"),
        ("Polláková", "Pollák"),
        ("Kučerová", "Kučera"),
        ("Lukáčová", "Lukáč"),
        ("Oravcová", "Oravec"),
        ("Kollárová", "Kollár"),
        ("Hrušková", "Hruška"),
        ("Ďuricová", "Ďurica"),
        ("Šimková", "Šimko"),
        ("Bieliková", "Bielik"),
        ("Cibulková", "Cibulka"),
        ("Mináriková", "Minárik"),
        ("Sedláková", "Sedlák"),
        ("Zelenayová", "Zelenay"),
        ("Turčanová", "Turčan"),
    ),
    companies=(
        "Tatraplast s.r.o.",
        "Dunajská tlačiareň a.s.",
        "Pekáreň Zlatý klas",
        "Kvety Rozália",
        "Stavmont Žilina",
        "Liptov Logistika s.r.o.",
        "Optika Jasná",
        "Notársky úrad Kollár",
        "Vinárstvo Pod Hradom",
        "Autoservis Bielik",
        "Detská ambulancia Sova",
        "Základná škola Lipová",
        "Hotel Kriváň",
        "Agrofarma Záhorie",
        "Účtovníctvo Plus",
        "Poľana Drevo",
        "Horský hotel Sitno",
        "Elektro Hudák",
        "Záhradníctvo Margaréta",
        "Architekti Modrá čiara",
        "Zubári na Hlavnej",
        "Tlačové centrum Prešov",
        "Kaviareň Ranná rosa",
        "Reklamka Oranž",
        "Klinika Nový vek",
        "Mesto Brezová",
        "Oravan Transport",
        "Divadlo Pod vežou",
    ),
)

CZECHIA = Country(
    language="cs",
    share=0.18,
    code="420",
    trunk="",
    mobile=_after("602", "603", "604", "721", "724", "731", "775", "777", digits=6),
    landline=_after("222", "224", "541", "543", digits=6),
    women=("Tereza", "Eliška", "Anna", "Lenka", "Hana", "Markéta", "Kateřina", "Klára", "Alena", "Jitka"),
    men=("Jan", "Jiří", "Petr", "Pavel", "Ondřej", "Vojtěch", "Jakub", "Filip", "Karel", "Zdeněk"),
    families=(
        ("Svobodová", "Svoboda"),
        ("Dvořáková", "Dvořák"),
        ("Černá", "Černý"),
        ("Procházková", "Procházka"),
        ("Veselá", "Veselý"),
        ("Krejčí", "Krejčí"),
        ("Němcová", "Němec"),
        ("Pokorná", "Pokorný"),
        ("Růžičková", "Růžička"),
        ("Benešová", "Beneš"),
        ("Říhová", "Říha"),
        ("Urbanová", "Urban"),
    ),
    companies=(
        "Moravské tiskárny s.r.o.",
        "Vltava Consulting",
        "Květinářství U Lípy",
        "Pivovar Černá hora",
        "Brno Office a.s.",
        "Kancelář Beneš & Říha",
        "Nakladatelství Řeka",
        "Stavby Pokorný",
        "Zahrady Vysočina",
        "Lázně Javorník",
    ),
)

DENMARK = Country(
    language="da",
    share=0.12,
    code="45",
    trunk="",
    mobile=_after("20", "22", "26", "28", "30", "40", "51", "60", digits=6),
    landline=_after("33", "36", "86", "98", digits=6),
    women=("Mette", "Ida", "Freja", "Signe", "Kirsten", "Astrid", "Camilla", "Line", "Sofie", "Maja"),
    men=("Lars", "Søren", "Mikkel", "Rasmus", "Jens", "Anders", "Emil", "Kasper", "Niels", "Åge"),
    families=_same(
        "Jensen", "Nielsen", "Hansen", "Pedersen", "Sørensen", "Møller", "Østergaard", "Kjær", "Lund", "Bach"
    ),
    companies=(
        "Nordlys Design ApS",
        "Aarhus Kontor A/S",
        "Blomsterhuset Kjær",
        "Havnens Kaffe",
        "Møller & Lund Advokater",
        "Fyns Cykler ApS",
        "Vestkyst Turisme",
    ),
)

POLAND = Country(
    language="pl",
    share=0.12,
    code="48",
    trunk="",
    mobile=_after("501", "502", "505", "600", "601", "604", "660", "691", digits=6),
    landline=_after("22", "12", digits=7),
    women=("Agnieszka", "Małgorzata", "Ewa", "Joanna", "Katarzyna", "Zofia", "Magdalena", "Barbara"),
    men=("Piotr", "Krzysztof", "Andrzej", "Tomasz", "Paweł", "Michał", "Łukasz", "Grzegorz"),
    families=(
        ("Kowalska", "Kowalski"),
        ("Wiśniewska", "Wiśniewski"),
        ("Wójcik", "Wójcik"),
        ("Zielińska", "Zieliński"),
        ("Nowak", "Nowak"),
        ("Dąbrowska", "Dąbrowski"),
        ("Mazur", "Mazur"),
        ("Jabłońska", "Jabłoński"),
    ),
    companies=(
        "Drukarnia Wisła",
        "Kwiaty Południe",
        "Meble Łódź sp. z o.o.",
        "Biuro Rachunkowe Mazur",
        "Hurtownia Bałtyk",
        "Krakowskie Biura S.A.",
        "Piekarnia Pod Orłem",
        "Transport Dąbrowski",
    ),
)

BRITAIN = Country(
    language="en",
    share=0.08,
    code="44",
    trunk="0",
    mobile=_after("7400", "7555", "7712", "7786", "7900", digits=6),
    landline=_after("203", "207", "208", digits=7),
    women=("Emily", "Charlotte", "Grace", "Hannah", "Olivia", "Siobhán", "Priya", "Megan"),
    men=("Oliver", "George", "Harry", "Callum", "Rhys", "Imran", "Thomas", "Patrick"),
    families=_same("Smith", "O'Brien", "Taylor", "Evans", "Patel", "Walker", "MacLeod", "Whitfield"),
    companies=(
        "Harbour & Finch Ltd",
        "Thistle Stationery",
        "Wren Flowers",
        "Pennine Architects",
        "Quayside Law LLP",
        "Foxglove Events",
        "Northgate School",
    ),
)

COUNTRIES = (SLOVAKIA, CZECHIA, DENMARK, POLAND, BRITAIN)
