SELECT cast(1 as int)
--> columns: (no name) int not null
--> 1
--> (1 rows)
GO
SELECT cast(-1 as int)
--> columns: (no name) int not null
--> -1
--> (1 rows)
GO
SELECT cast(1 as tinyint)
--> columns: (no name) tinyint not null
--> 1
--> (1 rows)
GO
SELECT cast(255 as tinyint)
--> columns: (no name) tinyint not null
--> 255
--> (1 rows)
GO
SELECT cast(1 as smallint)
--> columns: (no name) smallint not null
--> 1
--> (1 rows)
GO
SELECT cast(-1 as smallint)
--> columns: (no name) smallint not null
--> -1
--> (1 rows)
GO
SELECT cast(1 as bigint)
--> columns: (no name) bigint not null
--> 1
--> (1 rows)
GO
SELECT cast(-1 as bigint)
--> columns: (no name) bigint not null
--> -1
--> (1 rows)
GO
SELECT cast(1 as bit)
--> columns: (no name) bit not null
--> 1
--> (1 rows)
GO
SELECT cast(0 as bit)
--> columns: (no name) bit not null
--> 0
--> (1 rows)
GO
SELECT cast(0.5 as float)
--> columns: (no name) float not null
--> 0.5
--> (1 rows)
GO
SELECT cast(0.5 as real)
--> columns: (no name) real not null
--> 0.5
--> (1 rows)
GO
SELECT cast(1 as decimal)
--> columns: (no name) decimal(18,0) not null
--> 1
--> (1 rows)
GO
SELECT cast(1.2345 as money)
--> columns: (no name) money not null
--> 1.2345
--> (1 rows)
GO
SELECT cast(-1.2345 as money)
--> columns: (no name) money not null
--> -1.2345
--> (1 rows)
GO
SELECT cast(1.2345 as smallmoney)
--> columns: (no name) smallmoney not null
--> 1.2345
--> (1 rows)
GO
SELECT cast(-1.2345 as smallmoney)
--> columns: (no name) smallmoney not null
--> -1.2345
--> (1 rows)
GO
SELECT cast(0.5 as decimal(18,1))
--> columns: (no name) decimal(18,1) not null
--> 0.5
--> (1 rows)
GO
SELECT cast(-0.5 as decimal(18,1))
--> columns: (no name) decimal(18,1) not null
--> -0.5
--> (1 rows)
GO
SELECT cast(-0.5 as numeric(18,1))
--> columns: (no name) numeric(18,1) not null
--> -0.5
--> (1 rows)
GO
SELECT cast(4294967296 as numeric(20,0))
--> columns: (no name) numeric(20,0) not null
--> 4294967296
--> (1 rows)
GO
SELECT cast(-0.5 as numeric(18,2))
--> columns: (no name) numeric(18,2) not null
--> -0.50
--> (1 rows)
GO
SELECT cast(null as nvarchar(3))
--> columns: (no name) nvarchar(3)
--> NULL
--> (1 rows)
GO
SELECT cast('1753-01-01' as datetime)
--> columns: (no name) datetime not null
--> 1753-01-01 00:00:00.0000000
--> (1 rows)
GO
SELECT cast('2000-01-01' as datetime)
--> columns: (no name) datetime not null
--> 2000-01-01 00:00:00.0000000
--> (1 rows)
GO
SELECT cast('2000-01-01T12:13:14.12' as datetime)
--> columns: (no name) datetime not null
--> 2000-01-01 12:13:14.1200000
--> (1 rows)
GO
SELECT cast('2014-06-26T11:08:09.673' as datetime)
--> columns: (no name) datetime not null
--> 2014-06-26 11:08:09.6730000
--> (1 rows)
GO
SELECT cast('9999-12-31T23:59:59.997' as datetime)
--> columns: (no name) datetime not null
--> 9999-12-31 23:59:59.9970000
--> (1 rows)
GO
SELECT cast(NULL as datetime)
--> columns: (no name) datetime
--> NULL
--> (1 rows)
GO
SELECT cast('1900-01-01T00:00:00' as smalldatetime)
--> columns: (no name) smalldatetime not null
--> 1900-01-01 00:00:00.0000000
--> (1 rows)
GO
SELECT cast('2000-01-01T12:13:00' as smalldatetime)
--> columns: (no name) smalldatetime not null
--> 2000-01-01 12:13:00.0000000
--> (1 rows)
GO
SELECT cast('2079-06-06T23:59:00' as smalldatetime)
--> columns: (no name) smalldatetime not null
--> 2079-06-06 23:59:00.0000000
--> (1 rows)
GO
SELECT cast(NULL as smalldatetime)
--> columns: (no name) smalldatetime
--> NULL
--> (1 rows)
GO
SELECT cast(0x6F9619FF8B86D011B42D00C04FC964FF as uniqueidentifier)
--> columns: (no name) uniqueidentifier not null
--> ff19966f-868b-11d0-b42d-00c04fc964ff
--> (1 rows)
GO
SELECT cast(NULL as uniqueidentifier)
--> columns: (no name) uniqueidentifier
--> NULL
--> (1 rows)
GO
SELECT cast(0x1234 as varbinary(2))
--> columns: (no name) varbinary(2) not null
--> 0x1234
--> (1 rows)
GO
SELECT cast(N'abc' as nvarchar(max))
--> columns: (no name) nvarchar(max) not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(null as nvarchar(max))
--> columns: (no name) nvarchar(max)
--> NULL
--> (1 rows)
GO
SELECT cast('<root/>' as xml)
--> columns: (no name) xml not null
--> '<root/>'
--> (1 rows)
GO
SELECT cast('abc' as text)
--> columns: (no name) text not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(null as text)
--> columns: (no name) text
--> NULL
--> (1 rows)
GO
SELECT cast(N'abc' as ntext)
--> columns: (no name) ntext not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(0x1234 as image)
--> columns: (no name) image not null
--> 0x1234
--> (1 rows)
GO
SELECT cast('abc' as char(3))
--> columns: (no name) char(3) not null
--> 'abc'
--> (1 rows)
GO
SELECT cast('abc' as varchar(3))
--> columns: (no name) varchar(3) not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(N'проверка' as nvarchar(max))
--> columns: (no name) nvarchar(max) not null
--> 'проверка'
--> (1 rows)
GO
SELECT cast(N'Δοκιμή' as nvarchar(max))
--> columns: (no name) nvarchar(max) not null
--> 'Δοκιμή'
--> (1 rows)
GO
SELECT cast(cast(N'สวัสดี' as nvarchar(max)) collate Thai_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Thai_CI_AI not null
--> 'สวัสดี'
--> (1 rows)
GO
SELECT cast(cast(N'你好' as nvarchar(max)) collate Chinese_PRC_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Chinese_PRC_CI_AI not null
--> '你好'
--> (1 rows)
GO
SELECT cast(cast(N'こんにちは' as nvarchar(max)) collate Japanese_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Japanese_CI_AI not null
--> 'こんにちは'
--> (1 rows)
GO
SELECT cast(cast(N'안녕하세요.' as nvarchar(max)) collate Korean_90_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Korean_90_CI_AI not null
--> '안녕하세요.'
--> (1 rows)
GO
SELECT cast(cast(N'你好' as nvarchar(max)) collate Chinese_Hong_Kong_Stroke_90_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Chinese_Hong_Kong_Stroke_90_CI_AI not null
--> '你好'
--> (1 rows)
GO
SELECT cast(cast(N'cześć' as nvarchar(max)) collate Polish_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Polish_CI_AI not null
--> 'cześć'
--> (1 rows)
GO
SELECT cast(cast(N'Алло' as nvarchar(max)) collate Cyrillic_General_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Cyrillic_General_CI_AI not null
--> 'Алло'
--> (1 rows)
GO
SELECT cast(cast(N'Bonjour' as nvarchar(max)) collate French_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate French_CI_AI not null
--> 'Bonjour'
--> (1 rows)
GO
SELECT cast(cast(N'Γεια σας' as nvarchar(max)) collate Greek_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Greek_CI_AI not null
--> 'Γεια σας'
--> (1 rows)
GO
SELECT cast(cast(N'Merhaba' as nvarchar(max)) collate Turkish_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Turkish_CI_AI not null
--> 'Merhaba'
--> (1 rows)
GO
SELECT cast(cast(N'שלום' as nvarchar(max)) collate Hebrew_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Hebrew_CI_AI not null
--> 'שלום'
--> (1 rows)
GO
SELECT cast(cast(N'مرحبا' as nvarchar(max)) collate Arabic_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Arabic_CI_AI not null
--> 'مرحبا'
--> (1 rows)
GO
SELECT cast(cast(N'Sveiki' as nvarchar(max)) collate Lithuanian_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Lithuanian_CI_AI not null
--> 'Sveiki'
--> (1 rows)
GO
SELECT cast(cast(N'chào' as nvarchar(max)) collate Vietnamese_CI_AI as varchar(max))
--> columns: (no name) varchar(max) collate Vietnamese_CI_AI not null
--> 'chào'
--> (1 rows)
GO
SELECT cast(NULL as sql_variant)
--> columns: (no name) sql_variant
--> NULL
--> (1 rows)
GO
SELECT cast(cast(0x6F9619FF8B86D011B42D00C04FC964FF as uniqueidentifier) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant uniqueidentifier ff19966f-868b-11d0-b42d-00c04fc964ff
--> (1 rows)
GO
SELECT cast(cast(1 as bit) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant bit 1
--> (1 rows)
GO
SELECT cast(cast(10 as tinyint) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant tinyint 10
--> (1 rows)
GO
SELECT cast(cast(-10 as smallint) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant smallint -10
--> (1 rows)
GO
SELECT cast(cast(-20 as int) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant int -20
--> (1 rows)
GO
SELECT cast(cast(-20 as bigint) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant bigint -20
--> (1 rows)
GO
SELECT cast(cast('2000-01-01' as datetime) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant datetime 2000-01-01 00:00:00.0000000
--> (1 rows)
GO
SELECT cast(cast('2000-01-01T12:13:00' as smalldatetime) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant smalldatetime 2000-01-01 12:13:00.0000000
--> (1 rows)
GO
SELECT cast(cast(0.125 as real) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant real 0.125
--> (1 rows)
GO
SELECT cast(cast(0.125 as float) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant float 0.125
--> (1 rows)
GO
SELECT cast(cast(1.2345 as smallmoney) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant smallmoney 1.2345
--> (1 rows)
GO
SELECT cast(cast(1.2345 as money) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant money 1.2345
--> (1 rows)
GO
SELECT cast(cast(0x1234 as varbinary(2)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant varbinary(2) 0x1234
--> (1 rows)
GO
SELECT cast(cast(0x1234 as binary(2)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant binary(2) 0x1234
--> (1 rows)
GO
SELECT cast(cast(-0.5 as decimal(18,1)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant decimal(18,1) -0.5
--> (1 rows)
GO
SELECT cast(cast(-0.5 as numeric(18,1)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant numeric(18,1) -0.5
--> (1 rows)
GO
SELECT cast(cast('abc' as varchar(3)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant varchar(3) 'abc'
--> (1 rows)
GO
SELECT cast(cast('abc' as char(3)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant char(3) 'abc'
--> (1 rows)
GO
SELECT cast(N'abc' as sql_variant)
--> columns: (no name) sql_variant not null
--> variant nvarchar(3) 'abc'
--> (1 rows)
GO
SELECT cast('/' as hierarchyid)
--> columns: (no name) hierarchyid not null
--> 0x
--> (1 rows)
GO
SELECT cast('2010-11-15T11:56:45.123+14:00' as datetimeoffset(3))
--> columns: (no name) datetimeoffset(3) not null
--> 2010-11-15 11:56:45.1230000 +14:00
--> (1 rows)
GO
SELECT cast(cast('2010-11-15T11:56:45.123-14:00' as datetimeoffset(3)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant datetimeoffset(3) 2010-11-15 11:56:45.1230000 -14:00
--> (1 rows)
GO
SELECT cast('0001-01-01T00:00:00.0000000+00:00' as datetimeoffset(7))
--> columns: (no name) datetimeoffset(7) not null
--> 0001-01-01 00:00:00.0000000 +00:00
--> (1 rows)
GO
SELECT cast('2010-11-12T13:14:15.123+00:00' as datetimeoffset(7))
--> columns: (no name) datetimeoffset(7) not null
--> 2010-11-12 13:14:15.1230000 +00:00
--> (1 rows)
GO
SELECT cast('9999-12-31T23:59:59.9999999+00:00' as datetimeoffset(7))
--> columns: (no name) datetimeoffset(7) not null
--> 9999-12-31 23:59:59.9999999 +00:00
--> (1 rows)
GO
SELECT cast('0001-01-01' as date)
--> columns: (no name) date not null
--> 0001-01-01
--> (1 rows)
GO
SELECT cast('2000-01-01' as date)
--> columns: (no name) date not null
--> 2000-01-01
--> (1 rows)
GO
SELECT cast('9999-12-31' as date)
--> columns: (no name) date not null
--> 9999-12-31
--> (1 rows)
GO
SELECT cast(NULL as date)
--> columns: (no name) date
--> NULL
--> (1 rows)
GO
SELECT cast('00:00:00.0000000' as time(7))
--> columns: (no name) time(7) not null
--> 00:00:00.0000000
--> (1 rows)
GO
SELECT cast('00:00:45.123' as time(3))
--> columns: (no name) time(3) not null
--> 00:00:45.1230000
--> (1 rows)
GO
SELECT cast('11:56:45.123' as time(3))
--> columns: (no name) time(3) not null
--> 11:56:45.1230000
--> (1 rows)
GO
SELECT cast('11:56:45' as time(0))
--> columns: (no name) time(0) not null
--> 11:56:45.0000000
--> (1 rows)
GO
SELECT cast('23:59:59.9999999' as time(7))
--> columns: (no name) time(7) not null
--> 23:59:59.9999999
--> (1 rows)
GO
SELECT cast(null as time(0))
--> columns: (no name) time(0)
--> NULL
--> (1 rows)
GO
SELECT cast('0001-01-01T00:00:00.0000000' as datetime2(7))
--> columns: (no name) datetime2(7) not null
--> 0001-01-01 00:00:00.0000000
--> (1 rows)
GO
SELECT cast('2010-11-15T11:56:45.123' as datetime2(3))
--> columns: (no name) datetime2(3) not null
--> 2010-11-15 11:56:45.1230000
--> (1 rows)
GO
SELECT cast('2010-11-15T11:56:45' as datetime2(0))
--> columns: (no name) datetime2(0) not null
--> 2010-11-15 11:56:45.0000000
--> (1 rows)
GO
SELECT cast(cast('2000-01-01' as date) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant date 2000-01-01
--> (1 rows)
GO
SELECT cast(cast('00:00:45.123' as time(3)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant time(3) 00:00:45.1230000
--> (1 rows)
GO
SELECT cast(cast('2010-11-15T11:56:45.123' as datetime2(3)) as sql_variant)
--> columns: (no name) sql_variant not null
--> variant datetime2(3) 2010-11-15 11:56:45.1230000
--> (1 rows)
GO
SELECT cast('9999-12-31T23:59:59.9999999' as datetime2(7))
--> columns: (no name) datetime2(7) not null
--> 9999-12-31 23:59:59.9999999
--> (1 rows)
GO
SELECT cast(null as datetime2(3))
--> columns: (no name) datetime2(3)
--> NULL
--> (1 rows)
GO
SELECT cast(1 as bit)
--> columns: (no name) bit not null
--> 1
--> (1 rows)
GO
SELECT cast(1 as tinyint)
--> columns: (no name) tinyint not null
--> 1
--> (1 rows)
GO
SELECT cast(1 as smallint)
--> columns: (no name) smallint not null
--> 1
--> (1 rows)
GO
SELECT cast(1 as bigint)
--> columns: (no name) bigint not null
--> 1
--> (1 rows)
GO
SELECT cast(1 as real)
--> columns: (no name) real not null
--> 1
--> (1 rows)
GO
SELECT cast(1 as float)
--> columns: (no name) float not null
--> 1
--> (1 rows)
GO
SELECT cast('abc' as varbinary(3))
--> columns: (no name) varbinary(3) not null
--> 0x616263
--> (1 rows)
GO
SELECT cast('abc' as varbinary(max))
--> columns: (no name) varbinary(max) not null
--> 0x616263
--> (1 rows)
GO
SELECT cast(1 as datetime)
--> columns: (no name) datetime not null
--> 1900-01-02 00:00:00.0000000
--> (1 rows)
GO
SELECT cast(1 as smalldatetime)
--> columns: (no name) smalldatetime not null
--> 1900-01-02 00:00:00.0000000
--> (1 rows)
GO
SELECT cast('abc' as varchar(max))
--> columns: (no name) varchar(max) not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(N'abc' as NVARCHAR(MAX))
--> columns: (no name) nvarchar(max) not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(1 as decimal)
--> columns: (no name) decimal(18,0) not null
--> 1
--> (1 rows)
GO
SELECT cast(1 as decimal(5, 2))
--> columns: (no name) decimal(5,2) not null
--> 1.00
--> (1 rows)
GO
SELECT cast(1 as numeric(10, 4))
--> columns: (no name) numeric(10,4) not null
--> 1.0000
--> (1 rows)
GO
SELECT cast(1 as money)
--> columns: (no name) money not null
--> 1.0000
--> (1 rows)
GO
SELECT cast(1 as smallmoney)
--> columns: (no name) smallmoney not null
--> 1.0000
--> (1 rows)
GO
SELECT cast(0x6F9619FF8B86D011B42D00C04FC964FF as uniqueidentifier)
--> columns: (no name) uniqueidentifier not null
--> ff19966f-868b-11d0-b42d-00c04fc964ff
--> (1 rows)
GO
SELECT cast('<root/>' as xml)
--> columns: (no name) xml not null
--> '<root/>'
--> (1 rows)
GO
SELECT cast('abc' as text)
--> columns: (no name) text not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(N'abc' as ntext)
--> columns: (no name) ntext not null
--> 'abc'
--> (1 rows)
GO
SELECT cast('abc' as image)
--> columns: (no name) image not null
--> 0x616263
--> (1 rows)
GO
SELECT cast('abc' as char(3))
--> columns: (no name) char(3) not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(N'abc' as nchar(3))
--> columns: (no name) nchar(3) not null
--> 'abc'
--> (1 rows)
GO
SELECT cast(1 as sql_variant)
--> columns: (no name) sql_variant not null
--> variant int 1
--> (1 rows)
GO
SELECT cast('/1/2/3/' as hierarchyid)
--> columns: (no name) hierarchyid not null
--> 0x
--> (1 rows)
GO
