package integration

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the samples' pages show, or what can be said of it without their data.

func notices(parts ...string) func(*testing.T, outcome) {
	return func(t *testing.T, o outcome) {
		t.Helper()
		for _, p := range parts {
			if !o.says(p) {
				t.Errorf("no message has %q: %q", p, o.Notices)
			}
		}
	}
}

func rowsAre(rows ...[]any) func(*testing.T, outcome) {
	return func(t *testing.T, o outcome) {
		t.Helper()
		if diff := cmp.Diff(rows, o.one(t).Rows); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	}
}

func rowCount(n int) func(*testing.T, outcome) {
	return func(t *testing.T, o outcome) {
		t.Helper()
		if got := len(o.one(t).Rows); got != n {
			t.Errorf("%d rows instead of %d", got, n)
		}
	}
}

func atLeast(n int) func(*testing.T, outcome) {
	return func(t *testing.T, o outcome) {
		t.Helper()
		if got := len(o.one(t).Rows); got < n {
			t.Errorf("%d rows, fewer than %d", got, n)
		}
	}
}

func rowSets(n int) func(*testing.T, outcome) {
	return func(t *testing.T, o outcome) {
		t.Helper()
		if len(o.Sets) != n {
			t.Errorf("%d result sets instead of %d", len(o.Sets), n)
		}
	}
}

// models: a row with the name and a pickled object, which begins with 0x80.
func models(name string) func(*testing.T, outcome) {
	return func(t *testing.T, o outcome) {
		t.Helper()
		set := o.Sets[len(o.Sets)-1]
		if len(set.Rows) != 1 || set.Rows[0][0] != name {
			t.Fatalf("%+v", set)
		}
		if b, ok := set.Rows[0][1].([]byte); !ok || len(b) < 100 || b[0] != 0x80 {
			t.Errorf("model %v", set.Rows[0][1])
		}
	}
}

// predictions: 150 species, most of which are right, and the script's print of them.
func predictions(t *testing.T, o outcome) {
	t.Helper()
	set := o.one(t)
	right := 0
	for _, row := range set.Rows {
		if row[1] == row[2] {
			right++
		}
	}
	if len(set.Rows) != 150 || right < 140 {
		t.Errorf("%d of %d predictions are right", right, len(set.Rows))
	}
	notices("PredictedSpecies")(t, o)
}

// rentalsPredicted: the model was shown what it predicts, so that the page's predictions are exact, and so are ours.
func rentalsPredicted(t *testing.T, o outcome) {
	t.Helper()
	notices("STDOUT message(s) from external script:")(t, o) // the script prints its predictions
	set := o.Sets[len(o.Sets)-1]
	if len(set.Rows) != rentalRows/3 {
		t.Errorf("%d rows instead of %d", len(set.Rows), rentalRows/3)
	}
	for _, row := range set.Rows {
		predicted, actual := row[0].(int64), row[1].(int64)
		if predicted < actual-1 || predicted > actual || row[7] != int64(2015) {
			t.Errorf("row %v", row)
		}
	}
}

// clusters: four, the greatest of which are the customers that returned nothing.
func clusters(t *testing.T, set resultSet) {
	t.Helper()
	sizes := map[any]int{}
	for _, row := range set.Rows {
		sizes[row[5]]++
	}
	if len(set.Rows) != customers || len(sizes) != 4 {
		t.Errorf("%d customers in clusters of %v", len(set.Rows), sizes)
	}
	if want := "Customer bigint,OrderRatio float,itemsRatio float,monetaryRatio float,frequency float,cluster int"; strings.Join(set.Columns, ",") != want {
		t.Errorf("columns %q", set.Columns)
	}
}

func clustersOnly(t *testing.T, o outcome) {
	t.Helper()
	clusters(t, o.one(t))
}

func clustersAndAddresses(t *testing.T, o outcome) {
	t.Helper()
	if len(o.Sets) != 2 || len(o.Sets[1].Rows) == 0 || !strings.Contains(o.Sets[1].Rows[0][0].(string), "@example.com") {
		t.Fatalf("%+v", o)
	}
	clusters(t, o.Sets[0])
}

// plots are pickled figures.
func plots(t *testing.T, o outcome) {
	t.Helper()
	set := o.one(t)
	for _, row := range set.Rows {
		if b, ok := row[0].([]byte); !ok || len(b) < 1000 || b[0] != 0x80 {
			t.Errorf("plot of %d bytes", len(b))
		}
	}
	if len(set.Rows) != 4 {
		t.Errorf("%d plots", len(set.Rows))
	}
}

// batchScores come with what the script prints of them; the rows are made so that a model can tell them apart.
func batchScores(t *testing.T, o outcome) {
	t.Helper()
	scores(t, o)
	notices("AUC on testing data is: 0.")(t, o)
}

// scores are probabilities.
func scores(t *testing.T, o outcome) {
	t.Helper()
	set := o.one(t)
	for _, row := range set.Rows {
		if p, ok := row[0].(float64); !ok || p < 0 || p > 1 {
			t.Errorf("score %v", row[0])
		}
	}
	if len(set.Rows) == 0 {
		t.Error("no scores")
	}
}
