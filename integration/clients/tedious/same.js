// Runs the requests of a JSON array on standard input by tedious and prints all that each returns, one line
// an event, in the order in which tedious has them.
// usage: node same.js HOST PORT USER PASSWORD DATABASE
'use strict';
const { Connection, Request, TYPES } = require('tedious');
const fs = require('node:fs');

const [server, port, userName, password, database] = process.argv.slice(2);
const types = { int: TYPES.Int, nvarchar: TYPES.NVarChar, varbinary: TYPES.VarBinary, float: TYPES.Float };

function show(value) {
    if (Buffer.isBuffer(value)) return `0x${value.toString('hex').slice(0, 40)} (${value.length})`;
    return JSON.stringify(value);
}

function run(connection, { kind, text, params = [] }) {
    return new Promise((resolve) => {
        const events = [];
        const say = (line) => events.push(line);
        const message = (kind) => (m) => say(`${kind} ${m.number}, class ${m.class}, state ${m.state}, procedure "${m.procName}", line ${m.lineNumber}: ${m.message}`);
        const listeners = { infoMessage: message('message'), errorMessage: message('error'), rollbackTransaction: () => say('rollback') };
        for (const [name, listener] of Object.entries(listeners)) connection.on(name, listener);
        const request = new Request(text, (err, count) => {
            for (const [name, listener] of Object.entries(listeners)) connection.removeListener(name, listener);
            const numbers = err && (err.errors || [err]).map((e) => e.number || e.message);
            say(`completed ${count}${err ? `, ${numbers}` : ''}`);
            resolve(events);
        });
        request.on('columnMetadata', (columns) => say(`columns ${columns.map((c) => `${c.colName} ${c.type.name} ${c.dataLength ?? ''} ${c.precision ?? ''} ${c.scale ?? ''}`).join(', ')}`));
        request.on('row', (row) => say(`row ${row.map((c) => show(c.value)).join(' | ')}`));
        request.on('returnValue', (name, value, metadata) => say(`output ${name} ${metadata.type.name} = ${show(value)}`));
        // What counts nothing says nothing: it is not laid down which statements of a procedure have a DONE.
        request.on('doneInProc', (count) => count !== undefined && say(`done in procedure ${count}`));
        request.on('done', (count) => count !== undefined && say(`done ${count}`));
        request.on('doneProc', (count, more, status) => say(`procedure done ${count}, return ${status}`));
        for (const p of params) {
            const value = p.type === 'varbinary' && p.value !== null ? Buffer.from(p.value, 'hex') : p.value;
            const options = p.type === 'int' || p.type === 'float' ? {} : { length: Infinity };
            if (p.output) request.addOutputParameter(p.name, types[p.type], value, options);
            else request.addParameter(p.name, types[p.type], value, options);
        }
        connection[{ batch: 'execSqlBatch', sql: 'execSql', call: 'callProcedure' }[kind]](request);
    });
}

const connection = new Connection({
    server,
    authentication: { type: 'default', options: { userName, password } },
    options: { port: Number(port), database, encrypt: false, trustServerCertificate: true, requestTimeout: 120000 },
});
connection.connect(async (err) => {
    if (err) throw err;
    for (const request of JSON.parse(fs.readFileSync(0, 'utf8'))) {
        console.log(`== ${request.name}`);
        for (const line of await run(connection, request)) console.log(line.replaceAll('\n', '\\n'));
    }
    connection.close();
});
