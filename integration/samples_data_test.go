package integration

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// The databases that tutorials restore from backups: the documented tables and columns with made-up rows. What the rows must
// have is only what the tutorials see in theirs.

// fill inserts rows of literals, as many at a time as VALUES takes.
func fill(t *testing.T, conn *sql.Conn, table string, n int, row func(i int) string) {
	t.Helper()
	const atATime = 250
	for i := 0; i < n; i += atATime {
		var rows []string
		for j := i; j < min(i+atATime, n); j++ {
			rows = append(rows, "("+row(j)+")")
		}
		query(t, conn, "INSERT INTO "+table+" VALUES "+strings.Join(rows, ",")).noErrors(t)
	}
}

func chance() *rand.Rand { return rand.New(rand.NewPCG(7, 7)) }

const rentalRows = 453 // as in the tutorial

// rentalData: three winters of a ski rental; 2015 is what the tutorial predicts.
func rentalData(t *testing.T, conn *sql.Conn) {
	query(t, conn, "CREATE TABLE dbo.rental_data (Year int, Month int, Day int, RentalCount int, WeekDay int, Holiday int, Snow int)").noErrors(t)
	r := chance()
	fill(t, conn, "dbo.rental_data", rentalRows, func(i int) string {
		day := time.Date(2013+i%3, []time.Month{1, 2, 3, 12}[r.IntN(4)], 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
		holiday, snow := r.IntN(10)/9, r.IntN(3)/2
		weekday := int(day.Weekday()) + 1
		count := 20 + r.IntN(40) + 400*holiday + 50*snow
		if weekday == 1 || weekday == 7 {
			count += 300
		}
		return fmt.Sprintf("%d,%d,%d,%d,%d,%d,%d", day.Year(), day.Month(), day.Day(), count, weekday, holiday, snow)
	})
}

const customers = 300

// retailData: customers who return nothing (the tutorial's greatest cluster), some things, and nearly all.
func retailData(t *testing.T, conn *sql.Conn) {
	for _, text := range []string{
		"CREATE TABLE dbo.customer (c_customer_sk bigint NOT NULL, c_customer_id char(16), c_email_address char(50))",
		`CREATE TABLE dbo.store_sales (ss_sold_date_sk bigint, ss_item_sk bigint NOT NULL, ss_customer_sk bigint,
			ss_ticket_number bigint NOT NULL, ss_quantity int, ss_net_paid decimal(7,2))`,
		`CREATE TABLE dbo.store_returns (sr_returned_date_sk bigint, sr_item_sk bigint NOT NULL, sr_customer_sk bigint,
			sr_ticket_number bigint NOT NULL, sr_return_quantity int, sr_return_amt decimal(7,2))`,
		`CREATE TABLE dbo.product_reviews (pr_review_sk bigint NOT NULL, pr_review_date date, pr_review_rating int,
			pr_item_sk bigint NOT NULL, pr_review_content nvarchar(max) NOT NULL)`,
	} {
		query(t, conn, text).noErrors(t)
	}
	r := chance()
	var sales, returns []string
	for c := 1; c <= customers; c++ {
		for ticket := range 2 + r.IntN(4) {
			for item := range 1 + r.IntN(3) {
				paid := 100 + r.IntN(20000)
				sales = append(sales, fmt.Sprintf("%d,%d,%d,%d,%d,%d.%02d", 37000+ticket, item+1, c, 10*c+ticket, 1, paid/100, paid%100))
				if c%5 == 0 && r.IntN(5) > 0 || c%5 == 1 && r.IntN(5) == 0 {
					returns = append(returns, fmt.Sprintf("%d,%d,%d,%d,%d,%d.%02d", 37010+ticket, item+1, c, 10*c+ticket, 1, paid/100, paid%100))
				}
			}
		}
	}
	fill(t, conn, "dbo.customer", customers, func(i int) string {
		return fmt.Sprintf("%d,'AAAAAAAA%08d','customer%d@example.com'", i+1, i+1, i+1)
	})
	fill(t, conn, "dbo.store_sales", len(sales), func(i int) string { return sales[i] })
	fill(t, conn, "dbo.store_returns", len(returns), func(i int) string { return returns[i] })
	fill(t, conn, "dbo.product_reviews", 100, func(i int) string {
		return fmt.Sprintf("%d,'2013-0%d-01',%d,%d,N'%s'", i+1, 1+i%9, 1+i%5, i, []string{"It broke.", "As expected.", "I like it."}[i%5/2])
	})
}

const trips = 600

// taxiData: the sample's 23 columns; whoever goes far with a card tips.
func taxiData(t *testing.T, conn *sql.Conn) {
	for _, text := range []string{
		`CREATE TABLE dbo.nyctaxi_sample (medallion varchar(50) NOT NULL, hack_license varchar(50) NOT NULL, vendor_id char(3),
			rate_code char(3), store_and_fwd_flag char(3), pickup_datetime datetime NOT NULL, dropoff_datetime datetime,
			passenger_count int, trip_time_in_secs bigint, trip_distance float,
			pickup_longitude varchar(30), pickup_latitude varchar(30), dropoff_longitude varchar(30), dropoff_latitude varchar(30),
			payment_type char(3), fare_amount float, surcharge float, mta_tax float, tolls_amount float, total_amount float,
			tip_amount float, tipped int, tip_class int)`,
		"CREATE TABLE dbo.nyc_taxi_models (name varchar(50) NOT NULL, model varbinary(max) NOT NULL)",
	} {
		query(t, conn, text).noErrors(t)
	}
	r := chance()
	fill(t, conn, "dbo.nyctaxi_sample", trips, func(i int) string {
		secs, far, card := 120+r.IntN(1800), 0.5+r.Float64()*10, r.IntN(4) > 0
		if i%20 == 0 {
			far = 0 // the meter's mistakes, which one of the queries looks for
		}
		tip, pay := 0.0, "CSH"
		if card {
			pay = "CRD"
			if far+r.Float64()*3 > 3 {
				tip = 1 + far
			}
		}
		tipped, class := 0, 0
		if tip > 0 {
			tipped, class = 1, 1
		}
		if tip > 5 {
			class = 2
		}
		start := time.Date(2013, 1, 1, r.IntN(24), r.IntN(60), 0, 0, time.UTC)
		fare := 2.5 + 2*far
		return fmt.Sprintf("'%032X','%032X','CMT','1','N','%s','%s',%d,%d,%.2f,'%.6f','%.6f','%.6f','%.6f','%s',%.2f,0.5,0.5,0,%.2f,%.2f,%d,%d",
			r.Uint64(), r.Uint64(), start.Format("2006-01-02T15:04:05"), start.Add(time.Duration(secs)*time.Second).Format("2006-01-02T15:04:05"),
			1+r.IntN(5), secs, far, -73.97-r.Float64()/20, 40.75+r.Float64()/20, -73.97-far/100, 40.75+far/100,
			pay, fare, fare+1+tip, tip, tipped, class)
	})
}
