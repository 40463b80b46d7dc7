/** The job: its main class, and the wiring of the operators. */
package io.lengthwise.job;
