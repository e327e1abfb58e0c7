CREATE TABLE iris (
    id int IDENTITY PRIMARY KEY,
    sepal_length float NOT NULL,
    sepal_width float NOT NULL,
    petal_length float NOT NULL,
    petal_width float NOT NULL,
    species nvarchar(20) NOT NULL
);
CREATE TABLE models (
    name nvarchar(30) NOT NULL PRIMARY KEY,
    model varbinary(max) NOT NULL,
    trained_on int NOT NULL
);
CREATE TABLE predictions (
    id int NOT NULL PRIMARY KEY,
    predicted nvarchar(20) NOT NULL,
    probability float NOT NULL
);
