/** How long an answer will be: the distribution, the predictors and the operator that asks them. */
package io.lengthwise.prediction;
