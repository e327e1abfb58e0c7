package integration

import "testing"

// What stands in a plan's way only now and then: names, values and idioms at the edges.

func TestPlanVariablesNamedLikeOurs(t *testing.T) {
	o := query(t, planConn(t), "DECLARE @tlr nvarchar(max) = N'r', @tle int = 2, @tlv int = 3, @tlm int = 4\n"+py("pass")+
		"\nSELECT @tlr, @tle, @tlv\nBEGIN TRY "+py("1/0")+" END TRY\nBEGIN CATCH SELECT @tlm END CATCH")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[r 2 3]][[4]]" {
		t.Errorf("got %s", got)
	}
}
