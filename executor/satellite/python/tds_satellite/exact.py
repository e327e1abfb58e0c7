"""datetime and time that remember the seventh digit after the second.

SQL Server counts in 100 ns, Python in microseconds. A value that is handed
through untouched keeps its seventh digit in the attribute nanosecond (0 to 900),
as a pandas Timestamp does; arithmetic gives plain objects. Pickled, they are
plain ones too, so that they can be read anywhere."""

import datetime as dt

EPOCH_DAYS = 719163  # date(1970, 1, 1).toordinal()
DAY = 864_000_000_000  # ticks of 100 ns
SECOND = 10_000_000


class DateTime(dt.datetime):
    nanosecond = 0

    def __reduce_ex__(self, protocol):
        return _plain(self).__reduce_ex__(protocol)


class Time(dt.time):
    nanosecond = 0

    def __reduce_ex__(self, protocol):
        return dt.time(self.hour, self.minute, self.second, self.microsecond).__reduce_ex__(protocol)


def _plain(v):
    return dt.datetime(
        v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond, v.tzinfo, fold=v.fold
    )


def _clock(ticks):
    second, fraction = divmod(ticks, SECOND)
    micro, rest = divmod(fraction, 10)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return hour, minute, second, micro, rest * 100


def datetime_from(ticks, tz=None):
    """A datetime out of ticks of 100 ns since 1970, on the clock of tz."""
    days, rest = divmod(ticks, DAY)
    day = dt.date.fromordinal(days + EPOCH_DAYS)
    hour, minute, second, micro, nano = _clock(rest)
    if nano == 0:
        return dt.datetime(day.year, day.month, day.day, hour, minute, second, micro, tz)
    v = DateTime(day.year, day.month, day.day, hour, minute, second, micro, tz)
    v.nanosecond = nano
    return v


def datetime_from_numpy(v):
    """A datetime out of a numpy.datetime64 that is not NaT. ValueError: outside of the
    years 1 to 9999."""
    # Years always have room; a cast to shorter units overflows without a word.
    if not 1 <= int(v.astype("M8[Y]").astype("i8")) + 1970 <= 9999:
        raise ValueError("year out of range")
    if v.dtype.str.endswith(("[ns]", "[ps]", "[fs]", "[as]")):
        return datetime_from((int(v.astype("M8[ns]").astype("i8")) + 50) // 100)
    return datetime_from(int(v.astype("M8[us]").astype("i8")) * 10)


def offset_from(ticks, minutes):
    """An aware datetime out of ticks in UTC and an offset in minutes."""
    tz = dt.timezone.utc if minutes == 0 else dt.timezone(dt.timedelta(minutes=minutes))
    return datetime_from(ticks + minutes * 60 * SECOND, tz)


def time_from(ticks):
    hour, minute, second, micro, nano = _clock(ticks)
    if nano == 0:
        return dt.time(hour, minute, second, micro)
    v = Time(hour, minute, second, micro)
    v.nanosecond = nano
    return v


def time_ticks(v):
    """Ticks since midnight of a time or datetime."""
    seconds = (v.hour * 60 + v.minute) * 60 + v.second
    return seconds * SECOND + v.microsecond * 10 + getattr(v, "nanosecond", 0) // 100


def datetime_ticks(v):
    """Ticks since 1970 on the clock that v shows, whatever its zone."""
    return (v.toordinal() - EPOCH_DAYS) * DAY + time_ticks(v)


def date_ticks(v):
    return (v.toordinal() - EPOCH_DAYS) * DAY


def offset_ticks(v):
    """Ticks in UTC and offset in whole minutes of an aware datetime."""
    offset = v.utcoffset()
    local = datetime_ticks(v)
    utc = local - (offset.days * 86400 + offset.seconds) * SECOND - offset.microseconds * 10
    minutes = round(offset.total_seconds() / 60)
    return utc, minutes
