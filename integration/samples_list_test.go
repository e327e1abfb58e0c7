package integration

import (
	"strings"
	"testing"
)

const (
	docsML       = "docs/machine-learning/"
	docsTutorial = docsML + "tutorials/"
	samplePython = "machine-learning-services/python/"
	mlTutorials  = "pages/python/"
)

// In the order of docs/samples.md.
var tutorials = []tutorial{
	{
		name: "quickstart: simple scripts", database: "tlsamples",
		pages: []string{docsTutorial + "quickstart-python-create-script.md"},
		results: map[string]func(*testing.T, outcome){
			"print(c, d)":                   notices("STDOUT message(s) from external script:", "0.5 2"),
			"AS hello":                      rowsAre([]any{int64(1)}),
			"SELECT * FROM PythonTestData;": rowsAre([]any{int64(1)}, []any{int64(10)}, []any{int64(100)}),
			"N'SELECT 12 as Col;'":          rowsAre([]any{int64(12)}),
			"\nmytextvariable":              rowsAre([]any{padded("hello")}, []any{padded(" ")}, []any{padded("world")}),
			"\n      import pandas":         rowsAre([]any{padded("hello")}, []any{padded(" ")}, []any{padded("world")}), // see docs/samples.md
			"print(sys.version)":            notices("3."),
			"pkg_resources.working_set":     atLeast(3),
		},
	},
	{
		name: "quickstart: data structures", database: "tlsamples",
		pages: []string{docsTutorial + "quickstart-python-data-structures.md"},
		results: map[string]func(*testing.T, outcome){
			"\nprint(c)\ns = pandas.Series(c, index =[\"simple math example 1\"])":                             notices("0.5\nsimple math example 1    0.5\ndtype: float64"),
			"s = pandas.Series([c,d])\nprint(s)\n'":                                                            notices("0    0.5\n1    2.0\ndtype: float64"),
			"s = pandas.Series(c, index =[\"simple math example 1\", \"simple math example 2\"])\nprint(s)\n'": notices("simple math example 1    0.5\nsimple math example 2    0.5\ndtype: float64"),
			"df = pd.DataFrame(s)":                                    rowsAre([]any{0.5}, []any{2.0}),
			"df = pd.DataFrame(s, index=[1])":                         rowsAre([]any{2.0}),
			"df = pd.DataFrame(s, index=[\"simple math example 1\"])": rowsAre([]any{0.5}),
		},
	},
	{
		name: "quickstart: functions", database: "tlsamples",
		pages: []string{docsTutorial + "quickstart-python-functions.md"},
		results: map[string]func(*testing.T, outcome){
			"OutputDataSet = pandas.DataFrame(numpy.random.normal(size=100, loc=50, scale=3))": rowCount(100),
			"EXECUTE MyPyNorm": rowCount(100),
			"import time":      rowSets(0),
		},
	},
	{
		name: "quickstart: train and score, with the iris data", makes: "irissql",
		pages: []string{docsTutorial + "demo-data-iris-in-sql.md", docsTutorial + "quickstart-python-train-score-model.md"},
		leave: map[string]string{"N'R'": "the same in R"},
		results: map[string]func(*testing.T, outcome){
			"SELECT COUNT(*) FROM iris_data": func(t *testing.T, o outcome) {
				if len(o.Sets) != 2 || len(o.Sets[0].Rows) != 10 || o.Sets[1].Rows[0][0] != int64(150) {
					t.Errorf("%+v", o)
				}
			},
			"SELECT * FROM dbo.iris_models":    models("Naive Bayes"),
			"EXECUTE predict_species 'Naive B": predictions,
		},
	},
	{
		name: "ski rental", database: "TutorialDB", data: rentalData,
		pages: []string{docsTutorial + "python-ski-rental-linear-regression.md", docsTutorial + "python-ski-rental-linear-regression-deploy-model.md"},
		results: map[string]func(*testing.T, outcome){
			"SELECT * FROM [dbo].[rental_data]":   rowCount(rentalRows),
			"SELECT * FROM py_rental_predictions": rentalsPredicted,
		},
	},
	{
		name: "ski rental, as a sample", database: "TutorialDB", data: rentalData,
		pages: []string{samplePython + "getting-started/rental-prediction/rental_prediction.sql"},
		results: map[string]func(*testing.T, outcome){
			"SELECT * FROM rental_py_models":      models("linear_model"),
			"SELECT * FROM py_rental_predictions": rentalsPredicted,
		},
	},
	{
		name: "ski rental, as a tutorial of 2017", database: "TutorialDB", data: rentalData,
		pages:   []string{mlTutorials + "rentalprediction/step-1.md", mlTutorials + "rentalprediction/step-2.md", mlTutorials + "rentalprediction/step-3.md"},
		leave:   map[string]string{"RESTORE DATABASE": "our data instead", "PREDICT(": "scoring by the engine itself, of models of revoscalepy"},
		lacks:   map[string]string{"EXEC generate_rental_py_native_model": "revoscalepy"},
		instead: noConfigure,
		results: map[string]func(*testing.T, outcome){
			"SELECT * FROM py_rental_predictions": rentalsPredicted,
		},
	},
	{
		name: "clusters of customers", database: "tpcxbb_1gb", data: retailData,
		pages:   []string{docsTutorial + "python-clustering-model.md", docsTutorial + "python-clustering-model-deploy.md"},
		results: clusterResults,
	},
	{
		name: "clusters of customers, as a sample", database: "tpcxbb_1gb", data: retailData,
		pages:   []string{samplePython + "getting-started/customer-clustering/customer_clustering.sql"},
		instead: noOrAlter,
		results: map[string]func(*testing.T, outcome){"SELECT * FROM py_customer_clusters": clustersAndAddresses},
	},
	{
		name: "clusters of customers, as a tutorial of 2017", database: "tpcxbb_1gb", data: retailData,
		pages:   []string{mlTutorials + "customerclustering/step-1.md", mlTutorials + "customerclustering/step-2.md", mlTutorials + "customerclustering/step-3.md"},
		leave:   map[string]string{"RESTORE DATABASE": "our data instead"},
		mended:  map[string]string{"USE [tpcxbb_1gb]\nCREATE": "USE [tpcxbb_1gb]\nGO\nCREATE"}, // error 111 otherwise
		instead: noConfigure,
		results: map[string]func(*testing.T, outcome){"SELECT * FROM py_customer_clusters": clustersOnly},
	},
	{
		name: "taxi tips", database: "NYCTaxi_Sample", data: taxiData, needs: "matplotlib",
		pages: []string{docsTutorial + "demo-data-nyctaxi-in-sql.md", docsTutorial + "python-taxi-classification-explore-data.md",
			docsTutorial + "python-taxi-classification-create-features.md", docsTutorial + "python-taxi-classification-train-model.md",
			docsTutorial + "python-taxi-classification-deploy-model.md"},
		instead: map[string]string{"CAST(BINARY_CHECKSUM(medallion,hack_license)  as int)": "trip_time_in_secs"},
		leave: map[string]string{"0xFFD8": "what the page shows as a result", "INSERT INTO nyc_taxi_models (name, model) VALUES('revoscalepy_model'": "revoscalepy",
			"'revoscalepy_model'": "revoscalepy"},
		results: map[string]func(*testing.T, outcome){
			"EXEC [dbo].[PyPlotMatplotlib]":             plots,
			"trip_distance = 0\n":                       rowCount(trips / 20),
			"EXEC [dbo].[PredictTipSciKitPy]":           batchScores,
			"EXEC [dbo].[PredictTipSingleModeSciKitPy]": scores,
		},
	},
	{
		name: "sentiment of reviews", database: "tpcxbb_1gb", data: retailData,
		pages:   []string{samplePython + "sentiment-analysis/product-review-text-classification.sql"},
		instead: noOrAlter,
		lacks:   map[string]string{"EXECUTE [dbo].[create_text": "microsoftml", "EXECUTE [dbo].[predict_review": "microsoftml"},
		results: map[string]func(*testing.T, outcome){"SELECT TOP(100) * FROM product_reviews_training_data": rowCount(90)},
	},
	{
		name: "sentiment of a text by a ready model", database: "tpcxbb_1gb", data: retailData,
		pages: []string{samplePython + "sentiment-analysis/pretrainedmodel_sentiment_analysis.sql",
			samplePython + "sentiment-analysis/product-review-pretrained-model-sentiment-analysis.sql"},
		instead: noOrAlter,
		lacks:   map[string]string{"EXECUTE [dbo].[get_": "microsoftml"},
	},
	{
		name: "reference: packages", database: "tlsamples",
		pages:   []string{docsML + "package-management/python-package-information.md"},
		instead: map[string]string{"sp_configure 'external scripts enabled', 1;\nRECONFIGURE WITH override;": ""},
		results: map[string]func(*testing.T, outcome){
			"scikit-learn": notices("Package scikit-learn is version"),
			"i.version":    atLeast(3),
		},
	},
	{
		name: "reference: installation", database: "tlsamples",
		pages: []string{docsML + "install/sql-machine-learning-services-windows-install.md", docsML + "install/sql-machine-learning-azure-data-studio.md",
			"docs/linux/sql-server-linux-setup-machine-learning.md"},
		instead: map[string]string{"EXEC sp_configure": "--", "sp_configure\n": "\n", "EXECUTE sp_configure": "--", "RECONFIGURE": "--"},
		leave:   map[string]string{"N'R'": "the same in R"},
		results: map[string]func(*testing.T, outcome){"hello] int not null": rowsAre([]any{int64(1)})},
	},
	{
		name: "reference: sp_execute_external_script", database: "tlsamples",
		pages: []string{"docs/relational-databases/system-stored-procedures/sp-execute-external-script-transact-sql.md"},
		leave: map[string]string{"N'R'": "the same in R"},
	},
}

// Babelfish has neither; whether scripts run is an option of serve.
var (
	noConfigure = map[string]string{" EXEC sp_configure 'external scripts enabled', 1;\nRECONFIGURE WITH OVERRIDE": ""}
	noOrAlter   = map[string]string{"CREATE OR ALTER": "CREATE"}
)

var clusterResults = map[string]func(*testing.T, outcome){
	"SELECT * FROM [dbo].[customer]":     rowCount(customers),
	"SELECT * FROM py_customer_clusters": clustersOnly,
	"SELECT customer.[c_email_address]":  atLeast(customers / 4),
}

func padded(s string) string { return s + strings.Repeat(" ", 20-len(s)) }
