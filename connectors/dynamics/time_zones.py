"""Which time zones Microsoft names as refused by Exchange, and which it does not, by their names.

Names are those of Windows, as *timezonedefinition* stores them in `standardname`; translations
stand in a table of their own. Microsoft's list mixes the names of zones with those of their
standard time, so both count. Sources, read 2026-11-30: support article 4494491 (appointments do not
sync to Exchange for some users); "Default time zones" of Windows; "Time zone entities" of Dynamics.
"""

REFUSED = frozenset(
    f"{each} Standard Time"
    for each in (
        *("Montevideo", "Morocco", "Egypt", "Kaliningrad", "Namibia", "Sudan", "Arabic", "Turkey"),
        *("T\u00fcrkiye", "Belarus", "Astrakhan", "Azerbaijan", "Russian", "Caucasus"),
        *("Ekaterinburg", "Altai", "W. Mongolia", "North Asia", "N. Central Asia", "Omsk"),
        *("Tomsk", "North Asia East", "Transbaikal", "Yakutsk", "Vladivostok", "Bougainville"),
        *("Magadan", "Norfolk", "Sakhalin"),
        # What Windows calls the standard time of the Russian zones that the article lists.
        *(f"Russia TZ {number}" for number in range(1, 12)),
    )
) | {
    "Eastern Standard Time (Mexico)",
    "Russia Time Zone 3",
    "Russia Time Zone 10",
    "Russia Time Zone 11",
}
"""Zones with which Exchange Web Services may refuse an appointment (error 383)."""

OTHERS = frozenset(
    f"{each} Standard Time"
    for each in (
        *("AUS Central", "AUS Eastern", "Afghanistan", "Alaskan", "Aleutian", "Arab", "Arabian"),
        *("Argentina", "Armenian", "Atlantic", "Aus Central W.", "Azores", "Bahia", "Bangladesh"),
        *("Canada Central", "Cabo Verde", "Cape Verde", "Cen. Australia", "Central"),
        *("Central America", "Central Asia", "Central Brazilian", "Central Europe"),
        *("Central European", "Central Pacific", "Chatham Islands", "China", "Cuba", "Dateline"),
        *("E. Africa", "E. Australia", "E. Europe", "E. South America", "Easter Island"),
        *("Eastern", "FLE", "Fiji", "GMT", "GTB", "Georgian", "Greenland", "Greenwich", "Haiti"),
        *("Hawaiian", "India", "Iran", "Israel", "Jerusalem", "Jordan", "Kamchatka", "Korea"),
        *("Libya", "Line Islands", "Lord Howe", "Magallanes", "Malay Peninsula", "Marquesas"),
        *("Mauritius", "Mid-Atlantic", "Middle East", "Mountain", "Myanmar", "Nepal"),
        *("New Zealand", "Newfoundland", "North Korea", "Pacific", "Pacific SA", "Pakistan"),
        *("Paraguay", "Qyzylorda", "Romance", "SA Eastern", "SA Pacific", "SA Western", "SE Asia"),
        *("Saint Pierre", "Samoa", "Sao Tome", "Saratov", "Singapore", "South Africa"),
        *("South Sudan", "Sri Lanka", "Syria", "Taipei", "Tasmania", "Tocantins", "Tokyo"),
        *("Tonga", "Turks And Caicos", "Turks and Caicos", "US Eastern", "US Mountain"),
        *("Ulaanbaatar", "Venezuela", "Volgograd", "W. Australia", "W. Central Africa"),
        *("W. Europe", "West Asia", "West Bank", "West Bank Gaza", "West Pacific", "Yukon"),
    )
) | {
    *(f"{each} Standard Time (Mexico)" for each in ("Central", "Mountain", "Pacific")),
    *("UTC", "UTC-02", "UTC-08", "UTC-09", "UTC-11", "UTC+12", "UTC+13"),
    "Coordinated Universal Time",
}
"""The zones of Windows that the article does not name."""


def is_listed_as_refused(name: str) -> bool | None:
    """Whether the article names the zone; None: its name is neither there nor one of Windows'."""
    if name in REFUSED:
        return True
    return False if name in OTHERS else None
