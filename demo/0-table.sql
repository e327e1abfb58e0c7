CREATE TABLE iris (
    id int IDENTITY PRIMARY KEY,
    sepal_length float NOT NULL,
    sepal_width float NOT NULL,
    petal_length float NOT NULL,
    petal_width float NOT NULL,
    species nvarchar(20) NOT NULL
);
