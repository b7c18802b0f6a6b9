"""Pictures that the documents do not hold themselves: diagrams and formulas are drawn, images of other sites fetched."""
