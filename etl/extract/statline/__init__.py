"""StatLine, the database of Statistics Netherlands (CBS) and of the police: a table's declaration in; its
checked figures by area and year out, over OData v3 or v4, live or from the answers that are kept.
"""
