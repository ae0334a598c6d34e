import re

import pytest

from techmarket.seed.names import SURNAMES, email, latin, person, phone


@pytest.mark.parametrize(
    ("ukrainian", "romanised"),
    [
        ("Їжакевич", "yizhakevych"),
        ("Згурський", "zghurskyi"),
        ("Лук'яненко", "lukianenko"),
        ("Щербак", "shcherbak"),
        ("Ґалаґан", "galagan"),
        ("Юрій", "yurii"),
        ("Єва", "yeva"),
        ("Сергій", "serhii"),
    ],
)
def test_names_are_romanised_by_the_official_table(ukrainian: str, romanised: str) -> None:
    assert latin(ukrainian) == romanised


def test_name_surname_and_patronymic_agree_in_gender() -> None:
    for number in range(2 * len(SURNAMES)):
        who = person(number * 7919)
        is_feminine = (who.surname.endswith(("ська", "цька", "на", "ва")), who.patronymic.endswith("вна"))
        assert not is_feminine[0] or is_feminine[1], who.full_name
        assert not who.surname.endswith(("ський", "цький", "ний")) or not is_feminine[1], who.full_name


def test_addresses_have_the_usual_shape_and_reach_nobody() -> None:
    for number in range(0, 1 << 30, 7_654_321):
        assert re.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.(com|net|org)", email(person(number), number))
        assert re.fullmatch(r"\+380\d{2}000\d{4}", phone(number))
