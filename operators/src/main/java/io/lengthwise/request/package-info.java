/** The values that flow through the job, from a parsed request to its result. */
package io.lengthwise.request;
