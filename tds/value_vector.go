package tds

// vectorHeaderSize is the length of what stands before a vector's numbers
// (MS-TDS 2.2.5.5.7).
const vectorHeaderSize = 8
