// Drives a server with tedious and prints "ok NAME" for each thing that works.
// usage: node main.js HOST PORT USER PASSWORD ENCRYPT, ENCRYPT being false, true or strict.
// CERTIFICATE names the server's certificate, which strict encryption verifies.
'use strict';
const { Connection, Request, TYPES, ISOLATION_LEVEL } = require('tedious');
const assert = require('node:assert');
const fs = require('node:fs');

const [host, port, userName, password, encryption] = process.argv.slice(2);

function connect() {
    const encrypt = encryption === 'strict' ? 'strict' : encryption === 'true';
    const connection = new Connection({
        server: host,
        authentication: { type: 'default', options: { userName, password } },
        options: { port: Number(port), encrypt, trustServerCertificate: encrypt !== 'strict', rowCollectionOnRequestCompletion: true,
            serverName: 'localhost', cryptoCredentialsDetails: { ca: fs.readFileSync(process.env.CERTIFICATE) } },
    });
    return new Promise((resolve, reject) => connection.connect((err) => (err ? reject(err) : resolve(connection))));
}

// execute runs a request by one of the connection's methods and collects what it returns.
function execute(connection, text, { method = 'execSql', params = [], outputs = [], cancelAfter, options } = {}) {
    return new Promise((resolve, reject) => {
        const result = { outputs: {}, messages: [] };
        const onInfo = (info) => result.messages.push(info.message);
        const request = new Request(text, (err, count, rows) => {
            connection.removeListener('infoMessage', onInfo);
            if (err) {
                err.result = result;
                return reject(err);
            }
            result.count = count;
            result.rows = rows.map((row) => row.map((c) => c.value));
            result.columns = (rows[0] || []).map((c) => c.metadata.colName);
            resolve(result);
        }, options);
        connection.on('infoMessage', onInfo);
        request.on('returnValue', (name, value) => { result.outputs[name] = value; });
        for (const [name, type, value] of params) request.addParameter(name, type, value);
        for (const [name, type, value, options] of outputs) request.addOutputParameter(name, type, value, options);
        connection[method](request);
        if (cancelAfter !== undefined) setTimeout(() => connection.cancel(), cancelAfter);
    });
}

const call = (script, rest = '') =>
    `EXEC sp_execute_external_script @language = N'Python', @script = N'${script.replaceAll("'", "''")}'${rest}`;

const steps = {
    async query(c) {
        const r = await execute(c, "SELECT 1 AS one, N'Zürich 東京' AS text, CAST(NULL AS int) AS nothing, CAST(1.50 AS decimal(9,2)) AS d");
        assert.deepStrictEqual(r.rows, [[1, 'Zürich 東京', null, 1.5]]);
    },
    async batch(c) {
        const r = await execute(c, "SELECT 1 AS a; SELECT 2 AS a", { method: 'execSqlBatch' });
        assert.deepStrictEqual(r.rows, [[1], [2]]);
    },
    async parameters(c) {
        const r = await execute(c, 'SELECT @a + 1 AS n, @b AS s, @c AS bin', {
            params: [['a', TYPES.Int, 41], ['b', TYPES.NVarChar, 'é'.repeat(5000)], ['c', TYPES.VarBinary, Buffer.from([0, 255])]],
        });
        assert.deepStrictEqual(r.rows, [[42, 'é'.repeat(5000), Buffer.from([0, 255])]]);
    },
    async transaction(c) {
        await execute(c, 'CREATE TABLE #t (n int)', { method: 'execSqlBatch' });
        const begin = () => new Promise((ok, no) => c.beginTransaction((e) => (e ? no(e) : ok()), '', ISOLATION_LEVEL.READ_COMMITTED));
        const end = (how) => new Promise((ok, no) => c[how]((e) => (e ? no(e) : ok())));
        await begin();
        await execute(c, 'INSERT #t VALUES (1)', { method: 'execSqlBatch' });
        await end('rollbackTransaction');
        await begin();
        await execute(c, 'INSERT #t VALUES (2)', { method: 'execSqlBatch' });
        await end('commitTransaction');
        assert.deepStrictEqual((await execute(c, 'SELECT n FROM #t', { method: 'execSqlBatch' })).rows, [[2]]);
    },
    async bulkLoad(c) {
        await execute(c, 'CREATE TABLE #bulk (id int NOT NULL, name nvarchar(50) NULL, v float NULL)', { method: 'execSqlBatch' });
        const count = await new Promise((ok, no) => {
            const load = c.newBulkLoad('#bulk', {}, (e, n) => (e ? no(e) : ok(n)));
            load.addColumn('id', TYPES.Int, { nullable: false });
            load.addColumn('name', TYPES.NVarChar, { length: 50, nullable: true });
            load.addColumn('v', TYPES.Float, { nullable: true });
            c.execBulkLoad(load, Array.from({ length: 5000 }, (_, i) => [i, i % 7 ? `row ${i}` : null, i / 2]));
        });
        assert.strictEqual(count, 5000);
        const r = await execute(c, 'SELECT COUNT(*) AS n, COUNT(name) AS names, SUM(v) AS v FROM #bulk', { method: 'execSqlBatch' });
        assert.deepStrictEqual(r.rows, [[5000, 4285, 6248750]]);
    },
    async errors(c) {
        await assert.rejects(execute(c, "SELECT 1 / 0 AS x", { method: 'execSqlBatch' }), (e) => e.number === 8134);
        await steps.query(c);
    },
    async prepared(c) {
        const request = new Request('SELECT @n * 2 AS twice', () => {});
        request.addParameter('n', TYPES.Int);
        await new Promise((ok, no) => { request.once('prepared', ok); request.once('error', no); c.prepare(request); });
        for (const n of [1, 21]) {
            const got = await new Promise((ok, no) => {
                request.userCallback = request.callback;
                request.callback = (e, _, rows) => (e ? no(e) : ok(rows[0][0].value));
                c.execute(request, { n });
            });
            assert.strictEqual(got, 2 * n);
        }
        await new Promise((ok) => { request.callback = () => ok(); c.unprepare(request); });
    },
    async scriptBatch(c) {
        const r = await execute(c, call('print("hello")\nOutputDataSet = InputDataSet', ", @input_data_1 = N'SELECT 1 AS a, N''x'' AS b' WITH RESULT SETS ((a int, b nvarchar(5)))"), { method: 'execSqlBatch' });
        assert.deepStrictEqual([r.columns, r.rows, r.count], [['a', 'b'], [[1, 'x']], 1]);
        assert.deepStrictEqual(r.messages, ['STDOUT message(s) from external script: \nhello\n']);
    },
    async scriptParameters(c) {
        const r = await execute(c, call('OutputDataSet = pandas.DataFrame([[n, s]])', ", @params = N'@n int, @s nvarchar(20)', @n = @first, @s = @second WITH RESULT SETS ((n int, s nvarchar(20)))"), {
            params: [['first', TYPES.Int, 5], ['second', TYPES.NVarChar, 'é']],
        });
        assert.deepStrictEqual(r.rows, [[5, 'é']]);
    },
    async scriptProcedure(c) {
        const r = await execute(c, 'sp_execute_external_script', {
            method: 'callProcedure',
            params: [['language', TYPES.NVarChar, 'Python'], ['script', TYPES.NVarChar, 'n = n + 1\ns = "changed"\nOutputDataSet = InputDataSet'],
                ['input_data_1', TYPES.NVarChar, 'SELECT @n AS n'], ['params', TYPES.NVarChar, '@n int OUTPUT, @s nvarchar(20) OUTPUT']],
            outputs: [['n', TYPES.Int, 41], ['s', TYPES.NVarChar, 'before', { length: 20 }]],
        });
        assert.deepStrictEqual([r.rows, r.outputs], [[[41]], { n: 42, s: 'changed' }]);
    },
    async scriptError(c) {
        const e = await execute(c, call('print("first")\nraise ValueError("mine")'), { method: 'execSqlBatch' }).then(() => null, (e) => e);
        const all = e.errors || [e];
        assert.deepStrictEqual(all.map((x) => x.number), [39004, 39019]);
        assert.match(all[1].message, /ValueError: mine/);
        await steps.query(c);
    },
    async cancel(c) {
        await assert.rejects(execute(c, "WAITFOR DELAY '00:01:00'", { method: 'execSqlBatch', cancelAfter: 300 }), (e) => e.code === 'ECANCEL');
        await steps.query(c);
        await assert.rejects(execute(c, call('import time\ntime.sleep(60)'), { method: 'execSqlBatch', cancelAfter: 1500 }), (e) => e.code === 'ECANCEL');
        await steps.query(c);
    },
};

(async () => {
    let failed = 0;
    const connection = await connect();
    console.log('ok connect');
    const only = process.env.STEPS ? process.env.STEPS.split(',') : Object.keys(steps);
    for (const name of only) {
        try {
            await steps[name](connection);
            console.log(`ok ${name}`);
        } catch (e) {
            failed++;
            console.log(`FAILED ${name}: ${e.stack}`);
        }
    }
    connection.close();
    process.exitCode = failed ? 1 : 0;
})().catch((e) => {
    console.log(`FAILED connect: ${e.stack}`);
    process.exit(1);
});
