package tds

// locale is what Windows collations of one LCID have in common: the designator
// that their names begin with and the code page (MS-LCID; code pages as in
// sys.fn_helpcollations and COLLATIONPROPERTY). Code page 0 marks locales without
// one, which only nvarchar can use.
type locale struct {
	designator string
	codePage   int
}

// locales is keyed by LCID. Where the first version and later ones have different
// designators, the later one is in laterDesignators.
var locales = map[uint32]locale{
	0x00401: {"Arabic", 1256}, 0x00404: {"Chinese_Taiwan_Stroke", 950}, 0x00405: {"Czech", 1250},
	0x00406: {"Danish_Norwegian", 1252}, 0x00408: {"Greek", 1253}, 0x00409: {"Latin1_General", 1252},
	0x0040A: {"Traditional_Spanish", 1252}, 0x0040B: {"Finnish_Swedish", 1252}, 0x0040C: {"French", 1252},
	0x0040D: {"Hebrew", 1255}, 0x0040E: {"Hungarian", 1250}, 0x0040F: {"Icelandic", 1252},
	0x00411: {"Japanese", 932}, 0x00412: {"Korean_Wansung", 949}, 0x00414: {"Norwegian", 1252},
	0x00415: {"Polish", 1250}, 0x00417: {"Romansh", 1252}, 0x00418: {"Romanian", 1250},
	0x00419: {"Cyrillic_General", 1251}, 0x0041A: {"Croatian", 1250}, 0x0041B: {"Slovak", 1250},
	0x0041C: {"Albanian", 1250}, 0x0041E: {"Thai", 874}, 0x0041F: {"Turkish", 1254},
	0x00420: {"Urdu", 1256}, 0x00422: {"Ukrainian", 1251}, 0x00424: {"Slovenian", 1250},
	0x00425: {"Estonian", 1257}, 0x00426: {"Latvian", 1257}, 0x00427: {"Lithuanian", 1257},
	0x00429: {"Persian", 1256}, 0x0042A: {"Vietnamese", 1258}, 0x0042C: {"Azeri_Latin", 1254},
	0x0042E: {"Upper_Sorbian", 1252}, 0x0042F: {"Macedonian_FYROM", 1251}, 0x00439: {"Indic_General", 0},
	0x0043A: {"Maltese", 0}, 0x0043B: {"Sami_Norway", 1252}, 0x0043F: {"Kazakh", 1251},
	0x00442: {"Turkmen", 1250}, 0x00443: {"Uzbek_Latin", 1254}, 0x00444: {"Tatar", 1251},
	0x00445: {"Bengali", 0}, 0x0044D: {"Assamese", 0}, 0x00451: {"Tibetan", 0}, 0x00452: {"Welsh", 1252},
	0x00453: {"Khmer", 0}, 0x00454: {"Lao", 0}, 0x0045A: {"Syriac", 0}, 0x00461: {"Nepali", 0},
	0x00462: {"Frisian", 1252}, 0x00463: {"Pashto", 0}, 0x00465: {"Divehi", 0}, 0x0046D: {"Bashkir", 1251},
	0x0047A: {"Mapudungan", 1252}, 0x0047C: {"Mohawk", 1252}, 0x0047E: {"Breton", 1252},
	0x00480: {"Uighur", 1256}, 0x00481: {"Maori", 0}, 0x00483: {"Corsican", 1252}, 0x00485: {"Yakut", 1251},
	0x0048C: {"Dari", 1256}, 0x00804: {"Chinese_PRC", 936}, 0x0081A: {"Serbian_Latin", 1250},
	0x00827: {"Lithuanian_Classic", 1257}, 0x0082C: {"Azeri_Cyrillic", 1251}, 0x0083B: {"Sami_Sweden_Finland", 1252},
	0x0085F: {"Tamazight", 1252}, 0x00C04: {"Chinese_Hong_Kong_Stroke", 950}, 0x00C0A: {"Modern_Spanish", 1252},
	0x00C1A: {"Serbian_Cyrillic", 1251}, 0x01404: {"Chinese_Traditional_Pinyin", 950},
	0x0141A: {"Bosnian_Latin", 1250}, 0x0201A: {"Bosnian_Cyrillic", 1251}, 0x10407: {"German_PhoneBook", 1252},
	0x1040E: {"Hungarian_Technical", 1250}, 0x10411: {"Japanese_Unicode", 932}, 0x10437: {"Georgian_Modern_Sort", 1252},
	0x20804: {"Chinese_PRC_Stroke", 936}, 0x21404: {"Chinese_Traditional_Stroke_Order", 950},
	0x30404: {"Chinese_Taiwan_Bopomofo", 950}, 0x40411: {"Japanese_Bushu_Kakusu", 932},
}

// laterDesignators holds the designators of version 100 and later that differ from
// those of the first version. Korean has its new one since version 90.
var laterDesignators = map[uint32]string{
	0x00404: "Chinese_Traditional_Stroke_Count",
	0x00406: "Danish_Greenlandic",
	0x00411: "Japanese_XJIS",
	0x00412: "Korean",
	0x00804: "Chinese_Simplified_Pinyin",
	0x20804: "Chinese_Simplified_Stroke_Order",
	0x30404: "Chinese_Traditional_Bopomofo",
}

// laterDesignator returns the locale's designator in a version of collations (an
// index of versionInfixes) if it is not the first one, else "".
func laterDesignator(lcid uint32, version int) string {
	const korean = 0x00412
	if version >= 2 || version == 1 && lcid == korean {
		return laterDesignators[lcid]
	}
	return ""
}

// sortCodePage returns the code page of a SQL collation's sort order, 0 if the sort
// order is unknown.
func sortCodePage(id uint8) int {
	switch {
	case id >= 30 && id <= 35:
		return 437
	case id >= 40 && id <= 49, id >= 55 && id <= 61:
		return 850
	case id >= 50 && id <= 54, id >= 71 && id <= 75, id >= 183 && id <= 186, id >= 210 && id <= 217:
		return 1252
	case id >= 80 && id <= 98:
		return 1250
	case id >= 104 && id <= 108:
		return 1251
	case id >= 112 && id <= 124:
		return 1253
	case id >= 128 && id <= 130:
		return 1254
	case id >= 136 && id <= 138:
		return 1255
	case id >= 144 && id <= 146:
		return 1256
	case id >= 152 && id <= 160:
		return 1257
	case id == 192, id == 193, id == 200:
		return 932
	case id == 194, id == 195, id == 201:
		return 949
	case id == 196, id == 197, id == 202:
		return 950
	case id == 198, id == 199, id == 203:
		return 936
	case id >= 204 && id <= 206:
		return 874
	}
	return 0
}

// sqlCollations names the SQL collations of Western servers. Their LCID and
// flags are those that the servers send along.
var sqlCollations = []struct {
	name string
	c    Collation
}{
	{"SQL_Latin1_General_CP437_BIN", Collation{0x01000409, 30}},
	{"SQL_Latin1_General_CP437_CS_AS", Collation{0x00C00409, 31}},
	{"SQL_Latin1_General_CP437_CI_AS", Collation{0x00D00409, 32}},
	{"SQL_Latin1_General_Pref_CP437_CI_AS", Collation{0x00D00409, 33}},
	{"SQL_Latin1_General_CP437_CI_AI", Collation{0x00F00409, 34}},
	{"SQL_Latin1_General_CP850_BIN", Collation{0x01000409, 40}},
	{"SQL_Latin1_General_CP850_CS_AS", Collation{0x00C00409, 41}},
	{"SQL_Latin1_General_CP850_CI_AS", Collation{0x00D00409, 42}},
	{"SQL_Latin1_General_Pref_CP850_CI_AS", Collation{0x00D00409, 43}},
	{"SQL_Latin1_General_CP850_CI_AI", Collation{0x00F00409, 44}},
	{"SQL_1xCompat_CP850_CI_AS", Collation{0x00D00409, 49}},
	{"SQL_Latin1_General_CP1_CS_AS", Collation{0x00C00409, 51}},
	{"SQL_Latin1_General_CP1_CI_AS", Collation{0x00D00409, 52}},
	{"SQL_Latin1_General_Pref_CP1_CI_AS", Collation{0x00D00409, 53}},
	{"SQL_Latin1_General_CP1_CI_AI", Collation{0x00F00409, 54}},
	{"SQL_Latin1_General_CP1250_CS_AS", Collation{0x00C00409, 81}},
	{"SQL_Latin1_General_CP1250_CI_AS", Collation{0x00D00409, 82}},
	{"SQL_Latin1_General_CP1251_CS_AS", Collation{0x00C00409, 105}},
	{"SQL_Latin1_General_CP1251_CI_AS", Collation{0x00D00409, 106}},
	{"SQL_Latin1_General_CP1253_CS_AS", Collation{0x00C00409, 113}},
	{"SQL_Latin1_General_CP1253_CI_AS", Collation{0x00D00409, 114}},
	{"SQL_Latin1_General_CP1253_CI_AI", Collation{0x00F00409, 124}},
	{"SQL_Latin1_General_CP1254_CS_AS", Collation{0x00C0041F, 129}},
	{"SQL_Latin1_General_CP1254_CI_AS", Collation{0x00D0041F, 130}},
	{"SQL_Latin1_General_CP1255_CS_AS", Collation{0x00C00409, 137}},
	{"SQL_Latin1_General_CP1255_CI_AS", Collation{0x00D00409, 138}},
	{"SQL_Latin1_General_CP1256_CS_AS", Collation{0x00C00409, 145}},
	{"SQL_Latin1_General_CP1256_CI_AS", Collation{0x00D00409, 146}},
	{"SQL_Latin1_General_CP1257_CS_AS", Collation{0x00C00409, 153}},
	{"SQL_Latin1_General_CP1257_CI_AS", Collation{0x00D00409, 154}},
	{"SQL_Danish_Pref_CP1_CI_AS", Collation{0x00D00406, 183}},
	{"SQL_SwedishPhone_Pref_CP1_CI_AS", Collation{0x00D0040B, 184}},
	{"SQL_SwedishStd_Pref_CP1_CI_AS", Collation{0x00D0040B, 185}},
	{"SQL_Icelandic_Pref_CP1_CI_AS", Collation{0x00D0040F, 186}},
}
