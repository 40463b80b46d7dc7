/** The formats of records: parsing of requests, responses, dead letters, and their order. */
package io.lengthwise.job.record;
