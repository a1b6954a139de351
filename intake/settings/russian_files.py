"""What is wrong with files of rules and of translations, which settings name, in Russian."""

from __future__ import annotations

from typing import Final

FILE_MESSAGES: Final = {
    # Rules of incidents
    "{path} is over 64 KB, and no file of rules": "{path} больше 64 КБ, это не файл правил",
    (
        "{path}, line {line}: this can't be read as YAML; compare it with the example in"
        " docs/incidents.md"
    ): ("{path}, строка {line}: это не читается как YAML; сравните с примером в docs/incidents.md"),
    "{path}: write a list of rules, each begun with '- '": (
        "{path}: напишите правила списком, каждое начните с '- '"
    ),
    "{path}, rule {number}: '{key}' is one of {names}": (
        "{path}, правило {number}: в '{key}' бывает одно из {names}"
    ),
    "{path}, rule {number}: '{key}:' is missing; a rule has same, customers and minutes": (
        "{path}, правило {number}: нет '{key}:'; в правиле стоят same, customers и minutes"
    ),
    "{path}, rule {number}: '{key}' isn't written; a rule has same, customers and minutes": (
        "{path}, правило {number}: '{key}' не пишут; в правиле стоят same, customers и minutes"
    ),
    "{path}, rule {number}: '{key}' is a whole number from {least} to {most}": (
        "{path}, правило {number}: '{key}' — целое число от {least} до {most}"
    ),
    "{path}, rule {number}: a rule has same, customers and minutes, each with a colon": (
        "{path}, правило {number}: в правиле стоят same, customers и minutes, каждое с двоеточием"
    ),
    # Translations
    "{path}, line {line}: this can't be read as YAML; put both texts in double quotes": (
        "{path}, строка {line}: это не читается как YAML; возьмите оба текста в двойные кавычки"
    ),
    "{path}, line {line}: this English text stands twice; leave one of the two lines": (
        "{path}, строка {line}: этот английский текст стоит дважды; оставьте одну из строк"
    ),
    "{path}: '{name}' is no language to add; name the file by its code, like de.yaml": (
        "{path}: '{name}' не язык, который можно добавить; назовите файл по коду, например de.yaml"
    ),
    '{path}: write a line a text: "Back": "Zurück"': (
        '{path}: пишите по тексту в строке: "Back": "Zurück"'
    ),
    "{path}: {text} needs a text, or texts by plural form": (
        "{path}: для {text} нужен перевод или переводы по формам числа"
    ),
    "{path}: {text} and its translation differ in {names}": (
        "{path}: {text} и перевод различаются: {names} стоит только в одном из них"
    ),
}
