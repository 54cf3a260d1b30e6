"""Documents and lines of text: composed from a record, set in type, bent, photographed, labeled.

record     what a document says, as plain data in which sums and dates agree     receipt.py, invoice.py ...
sheet      where each piece of text stands, in units of the body text's size      sheet.py
print      the sheet's pixels, and a box around the ink of each character          typesetting.py
mesh       where each point of the sheet is in the image: pixels and labels alike  bending.py
capture    what is around the sheet, light and camera                              capture.py
"""
