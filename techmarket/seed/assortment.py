"""Categories and products; prices in kopiykas."""

from dataclasses import dataclass

import numpy as np

from techmarket.seed.demand import DAY, Clock
from techmarket.seed.draw import Draw, Fractions, Integers, positions_below

PRODUCTS_BY_CATEGORY = 10
_QUARTER = 91 * DAY
_DAYS_SINCE_RETIREMENT = 180
_WHOLE_HRYVNIAS_FROM = 1_000_00


@dataclass(frozen=True, slots=True)
class Category:
    """A category with products."""

    parent: str
    name: str
    thing: str
    brands: tuple[str, ...]
    options: tuple[str, ...]
    cheapest: int
    """Lowest list price, UAH."""
    dearest: int
    popularity: int


_PHONES, _COMPUTERS, _TV, _AUDIO = "Смартфони та зв'язок", "Комп'ютери та ноутбуки", "Телевізори та відео", "Аудіотехніка"
_HOME, _KITCHEN, _PHOTO, _GAMES = "Побутова техніка", "Техніка для кухні", "Фото та відеозйомка", "Ігри та розваги"
_STORAGE = ("128 ГБ", "256 ГБ", "512 ГБ")
_COLOURS = ("чорний", "білий", "сірий", "синій")
_TOP_PHONES, _TOP_COMPUTERS = ("Samsung", "Apple", "Xiaomi", "Motorola"), ("Lenovo", "ASUS", "HP", "Acer", "Dell")
_TOP_APPLIANCES = ("Bosch", "LG", "Samsung", "Electrolux", "Gorenje")
_TOP_ACCESSORIES = ("Baseus", "Anker", "Belkin", "Ugreen")

CATEGORIES = (
    Category(_PHONES, "Смартфони", "Смартфон", _TOP_PHONES, _STORAGE, 4_500, 62_000, 22),
    Category(_PHONES, "Кнопкові телефони", "Телефон", ("Nokia", "Sigma mobile", "Ergo"), _COLOURS, 600, 2_600, 5),
    Category(_PHONES, "Смарт-годинники", "Смарт-годинник", ("Samsung", "Apple", "Garmin", "Amazfit"), _COLOURS, 1_400, 24_000, 9),
    Category(_PHONES, "Чохли", "Чохол", ("Spigen", "Baseus", "Nillkin"), _COLOURS, 150, 1_200, 24),
    Category(_PHONES, "Зарядні пристрої", "Зарядний пристрій", _TOP_ACCESSORIES, ("20 Вт", "33 Вт", "65 Вт"), 250, 2_400, 22),
    Category(_PHONES, "Павербанки", "Павербанк", _TOP_ACCESSORIES, ("10 000 мА·год", "20 000 мА·год"), 600, 4_200, 18),
    Category(_COMPUTERS, "Ноутбуки", "Ноутбук", _TOP_COMPUTERS, ('14"', '15,6"', '16"'), 14_000, 98_000, 12),
    Category(_COMPUTERS, "Планшети", "Планшет", ("Samsung", "Apple", "Lenovo"), _STORAGE, 5_500, 48_000, 8),
    Category(_COMPUTERS, "Монітори", "Монітор", ("Dell", "LG", "Samsung", "AOC"), ('24"', '27"', '32"'), 3_800, 32_000, 8),
    Category(_COMPUTERS, "Мишки", "Мишка", ("Logitech", "Razer", "HyperX"), _COLOURS, 250, 4_500, 13),
    Category(_COMPUTERS, "Клавіатури", "Клавіатура", ("Logitech", "Razer", "HyperX"), _COLOURS, 400, 6_800, 9),
    Category(_COMPUTERS, "Накопичувачі SSD", "Накопичувач SSD", ("Kingston", "Samsung", "Crucial"), ("500 ГБ", "1 ТБ"), 1_300, 9_800, 9),
    Category(_COMPUTERS, "Маршрутизатори", "Маршрутизатор", ("TP-Link", "ASUS", "Mercusys"), ("Wi-Fi 5", "Wi-Fi 6"), 700, 8_900, 8),
    Category(_TV, "Телевізори", "Телевізор", ("Samsung", "LG", "Philips", "Kivi"), ('43"', '50"', '55"', '65"'), 9_500, 89_000, 8),
    Category(_TV, "Медіаплеєри", "Медіаплеєр", ("Xiaomi", "Apple", "Ergo"), ("4K", "Full HD"), 1_200, 7_500, 5),
    Category(_TV, "Кріплення для ТВ", "Кріплення", ("Kromax", "Charmount"), ("нахильне", "поворотне"), 350, 3_600, 5),
    Category(_TV, "Проєктори", "Проєктор", ("Epson", "BenQ", "Optoma"), ("Full HD", "4K"), 12_000, 74_000, 2),
    Category(_AUDIO, "Навушники", "Навушники", ("Sony", "JBL", "Apple", "Marshall"), _COLOURS, 500, 16_000, 17),
    Category(_AUDIO, "Портативні колонки", "Колонка", ("JBL", "Sony", "Tronsmart"), _COLOURS, 700, 14_000, 9),
    Category(_AUDIO, "Саундбари", "Саундбар", ("Samsung", "LG", "JBL"), ("2.1", "3.1", "5.1"), 3_900, 29_000, 3),
    Category(_AUDIO, "Мікрофони", "Мікрофон", ("HyperX", "Rode", "Fifine"), _COLOURS, 900, 9_500, 3),
    Category(_HOME, "Пральні машини", "Пральна машина", _TOP_APPLIANCES, ("6 кг", "7 кг", "8 кг"), 11_000, 42_000, 5),
    Category(_HOME, "Холодильники", "Холодильник", _TOP_APPLIANCES, ("No Frost", "Low Frost"), 13_000, 68_000, 5),
    Category(_HOME, "Пилососи", "Пилосос", ("Dyson", "Philips", "Xiaomi", "Rowenta"), ("акумуляторний", "робот"), 2_400, 34_000, 8),
    Category(_HOME, "Кондиціонери", "Кондиціонер", ("Cooper&Hunter", "Gree", "Midea"), ("09", "12", "18"), 14_000, 52_000, 3),
    Category(_HOME, "Обігрівачі", "Обігрівач", ("Electrolux", "Ergo", "Stadler Form"), ("1,5 кВт", "2 кВт"), 1_100, 7_800, 6),
    Category(_HOME, "Праски", "Праска", ("Philips", "Tefal", "Braun"), ("2400 Вт", "3000 Вт"), 900, 7_200, 5),
    Category(_HOME, "Зарядні станції", "Зарядна станція", ("EcoFlow", "Bluetti"), ("0,5 кВт·год", "1 кВт·год"), 16_000, 88_000, 6),
    Category(_KITCHEN, "Кавомашини", "Кавомашина", ("De'Longhi", "Philips", "Krups"), ("автоматична", "ріжкова"), 4_200, 46_000, 6),
    Category(_KITCHEN, "Електрочайники", "Електрочайник", ("Tefal", "Bosch", "Braun"), ("1 л", "1,7 л"), 550, 4_100, 9),
    Category(_KITCHEN, "Мікрохвильові печі", "Мікрохвильова піч", ("Samsung", "LG", "Gorenje"), ("20 л", "23 л"), 2_700, 9_900, 5),
    Category(_KITCHEN, "Мультиварки", "Мультиварка", ("Tefal", "Philips", "Redmond"), ("4 л", "5 л"), 1_900, 9_200, 4),
    Category(_KITCHEN, "Блендери", "Блендер", ("Braun", "Philips", "Bosch"), ("700 Вт", "1000 Вт"), 850, 6_900, 6),
    Category(_PHOTO, "Фотоапарати", "Фотоапарат", ("Canon", "Nikon", "Sony"), ("Body", "Kit"), 16_000, 99_000, 2),
    Category(_PHOTO, "Екшн-камери", "Екшн-камера", ("GoPro", "DJI", "Insta360"), ("чорний", "Creator Kit"), 6_500, 24_000, 2),
    Category(_PHOTO, "Карти пам'яті", "Карта пам'яті", ("SanDisk", "Kingston", "Samsung"), _STORAGE, 220, 3_900, 10),
    Category(_PHOTO, "Штативи", "Штатив", ("Manfrotto", "Benro", "Velbon"), ("130 см", "165 см"), 700, 9_800, 3),
    Category(_GAMES, "Ігрові консолі", "Ігрова консоль", ("Sony", "Microsoft", "Nintendo"), ("512 ГБ", "1 ТБ"), 11_000, 34_000, 4),
    Category(_GAMES, "Геймпади", "Геймпад", ("Sony", "Microsoft", "8BitDo"), _COLOURS, 900, 8_900, 7),
    Category(_GAMES, "Ігрові крісла", "Ігрове крісло", ("Hator", "DXRacer", "Anda Seat"), _COLOURS, 4_900, 24_000, 2),
)  # fmt: skip
PARENTS = tuple(dict.fromkeys(category.parent for category in CATEGORIES))


class Assortment:
    """Products by position; keys start at 1."""

    def __init__(self, draw: Draw, clock: Clock) -> None:
        size = len(CATEGORIES) * PRODUCTS_BY_CATEGORY
        self.category = np.repeat(np.arange(len(CATEGORIES)), PRODUCTS_BY_CATEGORY)
        self.names = _names(draw, size)
        self.list_price = _list_prices(draw, self.category)
        self.unit_cost = self.list_price * draw.integers(62, 82, size) // 100
        self.is_active = (~draw.chance(0.08, size)).astype(np.int64)
        self._retired_at = clock.until - _DAYS_SINCE_RETIREMENT * DAY
        self._until = clock.until
        rank = np.arange(size) % PRODUCTS_BY_CATEGORY
        weight = np.array([category.popularity for category in CATEGORIES])[self.category] * 1000 // (rank + 2)
        self._bounds_of_all = np.cumsum(weight)
        self._bounds_of_active = np.cumsum(weight * self.is_active)

    def pick(self, instant: Integers, share: Fractions) -> Integers:
        """Products on sale, weighted by popularity."""
        ever = positions_below(self._bounds_of_all, share)
        still = positions_below(self._bounds_of_active, share)
        return np.where(instant < self._retired_at, ever, still)

    def price(self, product: Integers, instant: Integers) -> Integers:
        """Kopiykas before discount: one per cent lower a quarter back; whole hryvnias from 1000 UAH."""
        quarters_ago = (self._until - 1 - instant) // _QUARTER
        price = self.list_price[product] * (100 - quarters_ago) // 100
        return np.where(price < _WHOLE_HRYVNIAS_FROM, price, price // 100 * 100)

    def skus(self) -> list[str]:
        """Stock-keeping units."""
        return [f"TM-{category + 11}-{position:04d}" for position, category in enumerate(self.category.tolist(), start=1)]


def _names(draw: Draw, size: int) -> list[str]:
    brands, series, models, options = (draw.integers(0, limit, size).tolist() for limit in (1000, 26, 90, 1000))
    names = []
    for position in range(size):
        category = CATEGORIES[position // PRODUCTS_BY_CATEGORY]
        brand = category.brands[brands[position] % len(category.brands)]
        option = category.options[options[position] % len(category.options)]
        model = f"{chr(ord('A') + series[position])}{models[position] + 10}{position % PRODUCTS_BY_CATEGORY}"
        names.append(f"{category.thing} {brand} {model} {option}")
    return names


def _list_prices(draw: Draw, category: Integers) -> Integers:
    """Prices such as 349 or 12 999 UAH, mostly cheap."""
    cheapest = np.array([each.cheapest for each in CATEGORIES])[category]
    dearest = np.array([each.dearest for each in CATEGORIES])[category]
    hryvnias = cheapest + ((dearest - cheapest) * draw.fractions(len(category)) ** 2).astype(np.int64)
    step = np.where(hryvnias < 1000, 10, 100)
    prices: Integers = (hryvnias // step * step + step - 1) * 100
    return prices
