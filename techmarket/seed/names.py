"""Ukrainian names and addresses."""

from dataclasses import dataclass

SURNAMES = (
    ("Шевченко", "Шевченко"), ("Коваленко", "Коваленко"), ("Бондаренко", "Бондаренко"), ("Ткаченко", "Ткаченко"),
    ("Кравченко", "Кравченко"), ("Олійник", "Олійник"), ("Шевчук", "Шевчук"), ("Коваль", "Коваль"), ("Поліщук", "Поліщук"),
    ("Бойко", "Бойко"), ("Ткачук", "Ткачук"), ("Марченко", "Марченко"), ("Лисенко", "Лисенко"), ("Руденко", "Руденко"),
    ("Савченко", "Савченко"), ("Петренко", "Петренко"), ("Мороз", "Мороз"), ("Клименко", "Клименко"), ("Павленко", "Павленко"),
    ("Пономаренко", "Пономаренко"), ("Василенко", "Василенко"), ("Лук'яненко", "Лук'яненко"), ("Дем'яненко", "Дем'яненко"),
    ("Мельник", "Мельник"), ("Гончаренко", "Гончаренко"), ("Захарченко", "Захарченко"), ("Юрченко", "Юрченко"),
    ("Щербак", "Щербак"), ("Гнатюк", "Гнатюк"), ("Романюк", "Романюк"), ("Мазур", "Мазур"), ("Костюк", "Костюк"),
    ("Ковальський", "Ковальська"), ("Заболотний", "Заболотна"), ("Вишневський", "Вишневська"), ("Левицький", "Левицька"),
    ("Білоцерківський", "Білоцерківська"), ("Чорний", "Чорна"), ("Гаврилов", "Гаврилова"), ("Яворський", "Яворська"),
    ("Зелінський", "Зелінська"), ("Кучерявий", "Кучерява"), ("Нечуй", "Нечуй"), ("Ґалаґан", "Ґалаґан"), ("Їжакевич", "Їжакевич"),
    ("Хоменко", "Хоменко"), ("Цимбалюк", "Цимбалюк"), ("Жук", "Жук"),
)  # fmt: skip
"""Masculine, feminine."""

MALE_NAMES = (
    "Олександр", "Сергій", "Володимир", "Андрій", "Микола", "Іван", "Дмитро", "Віктор", "Юрій", "Максим", "Богдан", "Тарас",
    "Олег", "Роман", "Ярослав", "Назар", "Остап", "Артем", "Василь", "Петро", "В'ячеслав", "Євген", "Ігор", "Павло",
)  # fmt: skip
FEMALE_NAMES = (
    "Олена", "Наталія", "Тетяна", "Ірина", "Оксана", "Людмила", "Світлана", "Юлія", "Марія", "Анна", "Катерина", "Вікторія",
    "Надія", "Софія", "Дарина", "Соломія", "Галина", "Лариса", "Зоряна", "Христина", "Мар'яна", "Яна", "Ганна", "Іванна",
)  # fmt: skip
PATRONYMICS = (
    ("Олександрович", "Олександрівна"), ("Сергійович", "Сергіївна"), ("Володимирович", "Володимирівна"),
    ("Андрійович", "Андріївна"), ("Миколайович", "Миколаївна"), ("Іванович", "Іванівна"), ("Дмитрович", "Дмитрівна"),
    ("Вікторович", "Вікторівна"), ("Юрійович", "Юріївна"), ("Богданович", "Богданівна"), ("Тарасович", "Тарасівна"),
    ("Олегович", "Олегівна"), ("Романович", "Романівна"), ("Васильович", "Василівна"), ("Петрович", "Петрівна"),
    ("В'ячеславович", "В'ячеславівна"), ("Євгенович", "Євгенівна"), ("Ігорович", "Ігорівна"), ("Павлович", "Павлівна"),
)  # fmt: skip
"""Masculine, feminine."""

COMPANIES = (
    "Промінь", "Світанок", "Дніпро-Сервіс", "Карпати Трейд", "Вектор", "Зоря", "Технополіс", "Добробут", "Орбіта-7",
    "Каштан", "Степ & Ко", "Мрія Логістик",
)  # fmt: skip

_MAIL_DOMAINS = ("example.com", "example.net", "example.org")
"""Reserved by RFC 2606: mail reaches nobody."""
_OPERATORS = ("39", "50", "63", "66", "67", "68", "73", "91", "92", "93", "94", "95", "96", "97", "98", "99")

# Official romanisation (Cabinet of Ministers, resolution 55 of 27 January 2010): some initial letters differ.
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z", "и": "y", "і": "i",
    "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "'": "",
}  # fmt: skip
_LATIN_AT_START = _LATIN | {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


@dataclass(frozen=True, slots=True)
class Person:
    """A name as on an invoice, and its address's parts."""

    surname: str
    given_name: str
    patronymic: str

    @property
    def full_name(self) -> str:
        """Surname, given name and patronymic."""
        return f"{self.surname} {self.given_name} {self.patronymic}"


def person(number: int) -> Person:
    """A person for any number, men and women equally often."""
    rest, is_woman = divmod(number, 2)
    rest, surname = divmod(rest, len(SURNAMES))
    rest, given_name = divmod(rest, len(MALE_NAMES))
    patronymic = rest % len(PATRONYMICS)
    names = FEMALE_NAMES if is_woman else MALE_NAMES
    return Person(SURNAMES[surname][is_woman], names[given_name], PATRONYMICS[patronymic][is_woman])


def company(number: int) -> str:
    """A limited company's name for any number."""
    return f"ТОВ «{COMPANIES[number % len(COMPANIES)]}»"


def latin(word: str) -> str:
    """In lower-case Latin letters."""
    letters = word.lower().replace("зг", "zgh")
    return _LATIN_AT_START.get(letters[0], letters[0]) + "".join(_LATIN.get(letter, letter) for letter in letters[1:])


def email(person_: Person, number: int) -> str:
    """The number distinguishes namesakes."""
    return f"{latin(person_.given_name)}.{latin(person_.surname)}{number}@{_MAIL_DOMAINS[number % len(_MAIL_DOMAINS)]}"


def phone(number: int) -> str:
    """A mobile number with an unassigned subscriber number (000-0000 to 000-9999)."""
    rest, subscriber = divmod(number, 10_000)
    return f"+380{_OPERATORS[rest % len(_OPERATORS)]}000{subscriber:04d}"
