-- For those who run these files with `query -i`: Fisher's iris data, out of a script. `make demo` has a bulk load for it.
INSERT INTO iris (sepal_length, sepal_width, petal_length, petal_width, species)
EXEC sp_execute_external_script
    @language = N'Python',
    @script = N'
from sklearn.datasets import load_iris

data = load_iris(as_frame=True)
OutputDataSet = data.data.assign(species=data.target_names[data.target])
';
