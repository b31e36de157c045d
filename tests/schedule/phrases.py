"""What people type when they are asked when, and what it means on Wednesday 13 May 2026, 16:40, in Madrid."""

from __future__ import annotations

ALL, WORK, REST = tuple(range(7)), tuple(range(5)), (5, 6)
Row = tuple[str, str, tuple[int, ...], str]
"""A phrase, then `at`, `days` and `day` of the wish."""

BLIND: tuple[Row, ...] = (
    ("every night at 10", "22:00", ALL, ""),
    ("Every Tuesday at 6.30 pm please", "18:30", (1,), ""),
    ("8 o'clock in the evening", "20:00", (), ""),
    ("saturday mornings", "09:00", (5,), ""),
    ("tues & thurs, 9pm", "21:00", (1, 3), ""),
    ("tonight at nine", "21:00", (), "2026-05-13"),
    ("day after tomorrow at noon", "12:00", (), "2026-05-15"),
    ("in a couple of days", "", (), "2026-05-15"),
    ("a week from now", "", (), "2026-05-20"),
    ("in half an hour", "17:10", (), "2026-05-13"),
    ("monday to thursday at 5", "17:00", (0, 1, 2, 3), ""),
    ("every day except sunday at 8pm", "20:00", (0, 1, 2, 3, 4, 5), ""),
    ("on the 20th at 10am", "10:00", (), "2026-05-20"),
    ("June 1st", "", (), "2026-06-01"),
    ("Friday 15 May, 7:15pm", "19:15", (), "2026-05-15"),
    ("mondey at 8 pm", "20:00", (), "2026-05-18"),
    ("ten past eight in the morning", "08:10", (), ""),
    ("once a day, around 6", "18:00", ALL, ""),
    ("next month", "", (), "2026-06-13"),
    ("seven thirty pm every weekday", "19:30", WORK, ""),
    ("todas las noches a las diez", "22:00", ALL, ""),
    ("los martes y los jueves a las 18:30", "18:30", (1, 3), ""),
    ("mañana por la mañana", "09:00", (), "2026-05-14"),
    ("mañana a las 7 de la tarde", "19:00", (), "2026-05-14"),
    ("pasado mañana por la noche", "20:30", (), "2026-05-15"),
    ("esta noche a las 9 y media", "21:30", (), "2026-05-13"),
    ("el próximo lunes a las 10", "10:00", (), "2026-05-18"),
    ("cada domingo por la tarde", "18:00", (6,), ""),
    ("a las ocho menos cuarto de la tarde", "19:45", (), ""),
    ("dentro de una semana a las 12", "12:00", (), "2026-05-20"),
    ("en media hora", "17:10", (), "2026-05-13"),
    ("una vez a la semana", "", (2,), ""),
    ("el 20 de mayo a las 11", "11:00", (), "2026-05-20"),
    ("TODOS LOS DIAS A LAS 21H", "21:00", ALL, ""),
    ("lunes a jueves a las 5", "17:00", (0, 1, 2, 3), ""),
    ("a diario a las 8 pm", "20:00", ALL, ""),
    ("los sabados por la mañana", "09:00", (5,), ""),
    ("todos los días menos el domingo a las 20:00", "20:00", (0, 1, 2, 3, 4, 5), ""),
    ("a mediodía", "12:00", (), ""),
    ("el mes que viene", "", (), "2026-06-13"),
)
"""Written before there was anything that reads them."""
