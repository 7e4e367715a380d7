"""Names and texts that the streams are made of: such as picklers write, and odd ones that some unpicklers take."""

IMPORTS = (
    ("collections", "OrderedDict"), ("collections", "Counter"), ("datetime", "Date"), ("fractions", "Fraction"),
    ("builtins", "Set"), ("os", "system"), ("a.b", "C.D"), ("m", "Class"), ("m", "f"), ("copy_reg", "_reconstructor"),
    ("__builtin__", "Object"), ("__builtin__", "unicode"), ("exceptions", "ValueError"), ("UserDict", "UserDict"),
    ("numpy.core.multiarray", "_reconstruct"), ("torch", "FloatStorage"), ("m", "Outer.Inner"), ("m", "a.b.c"),
    ("functools", "reduce"), ("__builtin__", "reduce"), ("itertools", "Izip"), ("itertools", "izip"), ("m", "A b"),
    ("é", "É"), ("cStringIO", "StringIO"), ("m", "Outer.<locals>.f"), ("m", "a..b"), (" m", "C "), ("os", "system.x"),
    ("whichdb", "Whichdb"), ("tkinter", "Tk"), ("m", "__class__"), ("sys", "modules"), ("StringIO", "StringIO"),
)
TEXTS = ("", "a", "os", "system", "module", "é", "\\u20ac", "line", "Class", "k", "text", "00", "\U0001f600", "x" * 40)
NUMBERS = ("0", "1", "-1", "12", "255", "256", "65536", "2147483648", "-5", "9007199254740993", "18446744073709551616")
ODD_NUMBERS = (
    "00", "01", "02", "010", "007", "0x10", "0o17", "0b11", "0b2", "+1", " 1", "1 ", "1_0", "1__0", "_1", "-0", "--1",
    "", " ", "1L", "0x", "1.0", "1e5", "\t3", "3\r", "3\x00", "3\x004", "\u0663", "0_1", "-0x10", "0X1F", "9" * 60,
)
FLOATS = ("0.0", "1.5", "-1.5", "1e300", "1e-05", "inf", "-inf", "nan", "12", "0.1", "1e+300")
ODD_FLOATS = (
    " 1.0", "1.0 ", "1_0.0", "0x1p3", "Infinity", "NaN", "-nan", "+1.0", ".5", "1.", "1E5", "", "e5", "1e", "1e400",
    "1.5\x00", "1.5\r", "1,5", "infinit", "-.5e-3", "0e0", "++1.0",
)
STRINGS = ("''", "'a'", '"a"', "'os'", "'\\n'", "'\\x41'", "'\\101'", "'a\\'b'", "'\\\\'", "'system'")
ODD_STRINGS = (
    "'a", "a'", "'", "", "'a\"", "'a' ", " 'a'", "'\\'", "'\\x4'", "'\\xZZ'", "'\\q'", "'\\8'", "'\\400'", "'a''b'",
    "'\xe9'", "'\\xe9'", "'\\\r'", "'a\x00b'", "'\\u0041'", "'\\N{DASH}'", "'\r'", "'\\777'",
)
UNICODES = ("", "a", "os", "system", "\\u00e9", "\\U0001f600", "\xe9", "a\\b", "\\\\", "a b")
ODD_UNICODES = (
    "\\u12", "\\uZZZZ", "\\U0011FFFF", "\\U00110000", "\\ud800", "a\\", "\\\\u0041", "\\\\\\u0041", "\r", "\x00",
    "\\x41", "\\N{DASH}", "\\u", "\\U1", "\x85", "\\\\u12",
)
